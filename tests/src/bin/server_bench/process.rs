//! The server, and nginx beside it.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Instant,
};

/// A server, ended when dropped.
pub struct Process {
    child: Child,
    pub address: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    pub fn server(program: &Path, data: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        Ok(Self { child, address })
    }

    /// nginx on the raw files, if it is installed.
    pub fn nginx(folder: &Path) -> io::Result<Option<Self>> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let at = folder.display();
        let configuration = format!(
            "daemon off; master_process off; pid {at}/nginx.pid; error_log /dev/null;
             events {{}} http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
             client_body_temp_path {at}/t; proxy_temp_path {at}/t; fastcgi_temp_path {at}/t; uwsgi_temp_path {at}/t;
             scgi_temp_path {at}/t; server {{ listen {address}; root {at}/raw; }} }}"
        );
        let file = folder.join("nginx.conf");
        fs::write(&file, configuration)?;
        let started = Command::new("nginx")
            .arg("-c")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = started else {
            return Ok(None);
        };
        let process = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(&process.address).is_err() {
            if begun.elapsed().as_secs() > 5 {
                return Err(io::Error::other("nginx does not answer"));
            }
            thread::yield_now();
        }
        Ok(Some(process))
    }
}
