//! Who reads too slowly is disconnected; who reads fast enough never is.

use crate::{
    clinic::{Clinic, part_path},
    http::{Request, connect},
    process::Server,
    uploads::wait_until,
};
use protocol::{limits::PART_LEN, scan::BlobRole};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

const CUT_OFF: &str = "a download slower than the floor was cut off";

/// A saved scan with a whole part of frames, and the request that downloads it.
fn saved(server: &Server) -> (Request, Vec<u8>) {
    let owner = Clinic::sign_up(server, "owner@clinic.example");
    let (scan, parts) = owner.save();
    let (_, _, bytes) = parts
        .into_iter()
        .find(|(role, n, _)| (*role, *n) == (BlobRole::Frames, 0))
        .unwrap();
    assert_eq!(bytes.len() as u64, PART_LEN);
    let path = part_path(scan.scan_id, BlobRole::Frames, 0);
    (owner.request("GET", &path), bytes)
}

/// Asks for the part and reads nothing yet.
fn ask(server: &Server, request: &Request) -> TcpStream {
    let mut stream = connect(server.address).unwrap();
    stream.write_all(&request.head(server.address)).unwrap();
    stream
}

fn cut_offs(server: &Server) -> usize {
    server.log.lock().unwrap().matches(CUT_OFF).count()
}

#[test]
fn a_reader_slower_than_the_floor_is_disconnected() {
    let flags = [
        "--download-floor",
        "2000000",
        "--download-grace-seconds",
        "1",
    ];
    let server = Server::with(&flags);
    let (request, _) = saved(&server);

    // One that reads a little now and then: a tenth of the floor.
    let mut stream = ask(&server, &request);
    let (mut buffer, mut read) = ([0; 10_000], 0);
    let end = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(len) => read += len,
            Err(error) => break Some(error.kind()),
        }
        thread::sleep(Duration::from_millis(50));
    };
    assert!((read as u64) < PART_LEN, "it got everything: {end:?}");
    wait_until(|| cut_offs(&server) == 1);

    // One that reads nothing at all, and is told so by a reset.
    let stream = ask(&server, &request);
    wait_until(
        || matches!(stream.take_error(), Ok(Some(error)) if error.kind() == ErrorKind::ConnectionReset),
    );
    wait_until(|| cut_offs(&server) == 2);
}

#[test]
fn a_reader_that_pauses_within_the_grace_gets_everything() {
    let server = Server::start();
    let (request, bytes) = saved(&server);
    let mut stream = ask(&server, &request);
    let mut got = vec![0; 100_000];
    stream.read_exact(&mut got).unwrap();
    thread::sleep(Duration::from_millis(1500));
    stream.read_to_end(&mut got).unwrap();
    assert!(got.ends_with(&bytes));
    assert_eq!(cut_offs(&server), 0);
}
