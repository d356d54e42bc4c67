//! How fast the server takes and gives parts, beside what the disk and nginx do with the same bytes in the same run.
//!
//! `server_bench [--server PATH] [--parts 24] [--rounds 3]` prints JSON. For 1 and for 4 connections, in MB/s (10^6
//! bytes), the median of the rounds:
//!
//! - `raw`: what durable writing costs without a server: write, fdatasync, rename, fsync of the folder
//! - `upload`: parts put, each acknowledged as durable
//! - `download`: the same parts got
//! - `nginx`: files of the same size got from nginx, if it is installed

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use clap::Parser;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

const PART_LEN: usize = 8 * 1024 * 1024;

#[derive(Parser)]
#[command(about = "Throughput of the sync server")]
struct Arguments {
    /// The server's program; by default the one beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Parts of 8 MiB in each measurement.
    #[arg(long, default_value_t = 24)]
    parts: usize,
    /// Measurements of each figure; the median is reported.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

#[derive(Serialize)]
struct Figures {
    connections: usize,
    raw_mb_s: f64,
    upload_mb_s: f64,
    upload_of_raw: f64,
    download_mb_s: f64,
    nginx_mb_s: Option<f64>,
    download_of_nginx: Option<f64>,
}

fn main() -> ExitCode {
    match bench(&Arguments::parse()) {
        Ok(report) => {
            println!("{report:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("server_bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &Arguments) -> io::Result<serde_json::Value> {
    let folder = std::env::temp_dir().join(format!("cuspid-server-bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(arguments, &folder);
    fs::remove_dir_all(&folder)?;
    let figures = measured?;
    Ok(json!({
        "part_bytes": PART_LEN,
        "parts": arguments.parts,
        "rounds": arguments.rounds,
        "figures": figures,
    }))
}

fn measure(arguments: &Arguments, folder: &Path) -> io::Result<Vec<Figures>> {
    let program = match &arguments.server {
        Some(path) => path.clone(),
        None => std::env::current_exe()?.with_file_name("sync-server"),
    };
    let server = Process::server(&program, &folder.join("data"))?;
    let raw_folder = folder.join("raw");
    fs::create_dir(&raw_folder)?;
    let parts = Parts::new(arguments.parts);
    // The files that nginx sends; the raw measurement leaves them there.
    write_raw(&raw_folder, &parts, 1)?;
    let nginx = Process::nginx(folder)?;
    let mut clinic = Clinic::sign_up(&server)?;
    let mut all = Vec::new();
    for connections in [1, 4] {
        let mut rounds: [Vec<f64>; 4] = Default::default();
        for _ in 0..arguments.rounds {
            rounds[0].push(write_raw(&raw_folder, &parts, connections)?);
            clinic.begin(&parts)?;
            rounds[1].push(clinic.upload(&parts, connections)?);
            clinic.commit(&parts)?;
            let path = |n| clinic.part_path(n);
            rounds[2].push(download(
                &server,
                &clinic.headers,
                path,
                &parts,
                connections,
            )?);
            if let Some(nginx) = &nginx {
                let path = |n| format!("/{n}");
                rounds[3].push(download(nginx, "", path, &parts, connections)?);
            }
            clinic.delete()?;
        }
        let [raw, upload, download, nginx] = rounds.map(median);
        let (Some(raw), Some(upload), Some(download)) = (raw, upload, download) else {
            return Err(io::Error::other("no rounds"));
        };
        all.push(Figures {
            connections,
            raw_mb_s: raw,
            upload_mb_s: upload,
            upload_of_raw: upload / raw,
            download_mb_s: download,
            nginx_mb_s: nginx,
            download_of_nginx: nginx.map(|nginx| download / nginx),
        });
    }
    Ok(all)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Bytes that do not compress, and the digest of each part.
struct Parts {
    bytes: Vec<Vec<u8>>,
    digests: Vec<String>,
}

impl Parts {
    fn new(count: usize) -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut word = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        };
        let bytes: Vec<Vec<u8>> = (0..count)
            .map(|_| (0..PART_LEN / 8).flat_map(|_| word()).collect())
            .collect();
        let digest =
            |part: &Vec<u8>| format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(part)));
        Self {
            digests: bytes.iter().map(digest).collect(),
            bytes,
        }
    }

    /// Runs `work` on every part from so many threads; MB/s.
    fn rate<S>(
        &self,
        threads: usize,
        start: impl Fn() -> io::Result<S> + Sync,
        work: impl Fn(&mut S, usize) -> io::Result<()> + Sync,
    ) -> io::Result<f64> {
        let next = AtomicU64::new(0);
        let begun = Instant::now();
        thread::scope(|scope| {
            let run = || {
                let mut state = start()?;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed) as usize;
                    match n < self.bytes.len() {
                        true => work(&mut state, n)?,
                        false => return Ok(()),
                    }
                }
            };
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            threads.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other("a thread panicked")))
            })
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        Ok((self.bytes.len() * PART_LEN) as f64 / 1e6 / seconds)
    }
}

fn write_raw(folder: &Path, parts: &Parts, threads: usize) -> io::Result<f64> {
    parts.rate(
        threads,
        || Ok(()),
        |(), n| {
            let temporary = folder.join(format!("{n}.new"));
            let mut file = File::create(&temporary)?;
            file.write_all(&parts.bytes[n])?;
            file.sync_data()?;
            fs::rename(&temporary, folder.join(n.to_string()))?;
            File::open(folder)?.sync_all()
        },
    )
}

fn download(
    from: &Process,
    headers: &str,
    path: impl Fn(usize) -> String + Sync,
    parts: &Parts,
    threads: usize,
) -> io::Result<f64> {
    parts.rate(
        threads,
        || Connection::open(&from.address),
        |connection, n| {
            let len = connection.exchange("GET", &path(n), headers, None, 200)?.1;
            match len == PART_LEN {
                true => Ok(()),
                false => Err(io::Error::other("a part of another length")),
            }
        },
    )
}

/// A server, ended when dropped.
struct Process {
    child: Child,
    address: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    fn server(program: &Path, data: &Path) -> io::Result<Self> {
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
    fn nginx(folder: &Path) -> io::Result<Option<Self>> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
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

/// One kept-alive connection.
struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Connection {
    fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(256 * 1024, stream),
            address: address.to_owned(),
        })
    }

    /// One request; the answer's head, and its body's length. The body itself is thrown away.
    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<&[u8]>,
        expected: u16,
    ) -> io::Result<(String, usize)> {
        let len = body.map(|body| format!("content-length: {}\r\n", body.len()));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\n{headers}{}\r\n",
            self.address,
            len.unwrap_or_default()
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.unwrap_or_default())?;
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut answer)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if status != expected.to_string() {
            return Err(io::Error::other(format!("{method} {path}: {status}")));
        }
        let header = |name: &str| {
            let mut lines = answer.lines().filter_map(|line| line.split_once(':'));
            lines
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim())
        };
        let len: u64 = header("content-length")
            .and_then(|len| len.parse().ok())
            .unwrap_or(0);
        let read = io::copy(&mut (&mut self.stream).take(len), &mut io::sink())?;
        match read == len {
            true => Ok((answer, len as usize)),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// A clinic with one scan at a time.
struct Clinic {
    address: String,
    headers: String,
    scan: String,
    scans: u8,
}

/// Bytes that the server takes for an id, a proof or a wrapped key.
fn filler(len: usize, seed: u8) -> String {
    URL_SAFE_NO_PAD.encode(vec![seed; len])
}

impl Clinic {
    fn sign_up(server: &Process) -> io::Result<Self> {
        let body = json!({
            "email": "bench@clinic.example", "account_id": filler(16, 1), "clinic_id": filler(16, 2),
            "kdf": { "version": 1, "salt": filler(16, 3) },
            "auth_key": filler(32, 4), "recovery_auth_key": filler(32, 5),
            "keys": { "mk_by_password": filler(60, 6), "mk_by_recovery": filler(60, 7) },
            "clinic_keys": { "version": 1, "scan_key": filler(60, 8), "identity_key": filler(60, 9) },
        });
        let mut clinic = Self {
            address: server.address.clone(),
            headers: String::new(),
            scan: String::new(),
            scans: 100,
        };
        let answer = clinic.json("POST", "/accounts", &body, 201)?;
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie
            .and_then(|line| line.split(';').next())
            .unwrap_or_default();
        clinic.headers = format!("cookie: {cookie}\r\n");
        Ok(clinic)
    }

    fn json(
        &self,
        method: &str,
        path: &str,
        body: &serde_json::Value,
        expected: u16,
    ) -> io::Result<String> {
        let headers = format!("{}content-type: application/json\r\n", self.headers);
        let body = serde_json::to_vec(body)?;
        let mut connection = Connection::open(&self.address)?;
        let path = format!("/api/v1{path}");
        Ok(connection
            .exchange(method, &path, &headers, Some(&body), expected)?
            .0)
    }

    fn part_path(&self, n: usize) -> String {
        format!("/api/v1/scans/{}/blobs/frames/parts/{n}", self.scan)
    }

    fn begin(&mut self, parts: &Parts) -> io::Result<()> {
        self.scans += 1;
        self.scan = filler(16, self.scans);
        let body = json!({
            "scan_id": self.scan, "content_tag": filler(32, 1), "summary": filler(100, 2),
            "keys": { "clinic_key_version": 1, "scan_key": filler(60, 3), "identity_key": filler(60, 4) },
            "blobs": [{ "role": "frames", "floe_header": filler(58, 5) }],
            "reserve_bytes": parts.bytes.len() * PART_LEN,
        });
        self.json("POST", "/scans", &body, 201).map(drop)
    }

    fn upload(&self, parts: &Parts, threads: usize) -> io::Result<f64> {
        parts.rate(
            threads,
            || Connection::open(&self.address),
            |connection, n| {
                let headers = format!("{}content-digest: {}\r\n", self.headers, parts.digests[n]);
                let body = Some(&parts.bytes[n][..]);
                connection
                    .exchange("PUT", &self.part_path(n), &headers, body, 201)
                    .map(drop)
            },
        )
    }

    fn commit(&self, parts: &Parts) -> io::Result<()> {
        let len = parts.bytes.len() * PART_LEN;
        let body = json!({ "manifest_version": 1, "blob_lens": [{ "role": "frames", "sealed_len": len }] });
        self.json("POST", &format!("/scans/{}/commit", self.scan), &body, 200)
            .map(drop)
    }

    fn delete(&self) -> io::Result<()> {
        let mut connection = Connection::open(&self.address)?;
        let path = format!("/api/v1/scans/{}", self.scan);
        connection
            .exchange("DELETE", &path, &self.headers, Some(b""), 204)
            .map(drop)
    }
}
