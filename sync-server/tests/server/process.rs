//! The server's process and its data folder.

use crate::http::{Answer, Request};
use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_sync-server");

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it wrote to stderr so far.
    pub log: Arc<Mutex<String>>,
    folder: Option<TempDir>,
    data: PathBuf,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    pub fn with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut server = Self::on(&data, flags).expect("a server that listens");
        server.folder = Some(folder);
        server
    }

    /// A server on a folder that is there already; `None` if it ends without listening.
    pub fn on(data: &Path, flags: &[&str]) -> Option<Self> {
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let sink = Arc::clone(&log);
        thread::spawn(move || {
            let mut line = String::new();
            while let Ok(1..) = stderr.read_line(&mut line) {
                sink.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(address) = line.trim().strip_prefix("Cuspid answers at http://") else {
            child.wait().unwrap();
            return None;
        };
        let address = address.parse().unwrap();
        thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Some(Self {
            child,
            address,
            log,
            folder: None,
            data: data.to_owned(),
        })
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn send(&self, request: &Request) -> Answer {
        request.send(self.address)
    }

    /// `kill -9`, and the folder stays.
    pub fn kill(mut self) -> Option<TempDir> {
        self.strike();
        self.folder.take()
    }

    /// The database, beside the server that has it open.
    pub fn database(&self) -> rusqlite::Connection {
        database(&self.data)
    }

    /// `kill -9`, now.
    pub fn strike(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub fn database(data: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(data.join("cuspid.db")).unwrap();
    connection
        .pragma_update(None, "foreign_keys", true)
        .unwrap();
    connection
        .busy_timeout(std::time::Duration::from_secs(5))
        .unwrap();
    connection
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `sync-server audit verify`: whether it succeeded, and what it said.
pub fn audit_verify(data: &Path) -> (bool, String) {
    let output = Command::new(BINARY)
        .args(["audit", "verify", "--data"])
        .arg(data)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => files.extend(files_below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}
