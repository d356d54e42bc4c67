//! How fast the server takes and gives parts, beside what the disk and nginx do with the same bytes in the same run.
//!
//! `server_bench [--server PATH] [--parts 24] [--rounds 5]` prints JSON. For 1 and for 4 connections, in MB/s (10^6
//! bytes), the median of the rounds after one that only warms up:
//!
//! - `raw`: each part written to a new file and synced, without a server: no network, digest, rename, sync of the
//!   folder or record, all of which an upload has besides
//! - `upload`: parts put, each acknowledged as durable
//! - `download`: the same parts got
//! - `nginx`: files of the same size got from nginx, if it is installed

mod clinic;
mod connection;
mod process;

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Parser;
use clinic::Clinic;
use connection::Connection;
use process::Process;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
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
    #[arg(long, default_value_t = 5)]
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
    let nginx = Process::nginx(folder)?;
    let mut clinic = Clinic::sign_up(&server)?;
    let mut all = Vec::new();
    for connections in [1, 4] {
        let mut rounds: [Vec<f64>; 4] = Default::default();
        for _ in 0..=arguments.rounds {
            // New files each time, as parts are. nginx sends them afterwards.
            fs::remove_dir_all(&raw_folder)?;
            fs::create_dir(&raw_folder)?;
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
        let [raw, upload, download, nginx] = rounds.map(|mut round| {
            round.drain(..round.len().min(1));
            median(round)
        });
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
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        thread::scope(|scope| {
            let run = || {
                let mut state = start()?;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
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
            let mut file = File::create_new(folder.join(n.to_string()))?;
            file.write_all(&parts.bytes[n])?;
            file.sync_all()
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
