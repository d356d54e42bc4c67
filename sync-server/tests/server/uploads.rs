//! Attacks on uploads.

use crate::{
    clinic::{Clinic, begin_request, digest_header, part_path, random},
    http::{Answer, connect},
    process::{Server, files_below},
};
use protocol::{
    limits::PART_LEN,
    scan::{BlobRole, PartList, ScanStatus},
};
use std::{
    io::Write,
    thread,
    time::{Duration, Instant},
};

const ROLE: BlobRole = BlobRole::Frames;

/// A server, its clinic, and a begun scan.
pub fn begun(flags: &[&str]) -> (Server, Clinic, protocol::scan::BeginScan) {
    let server = Server::with(flags);
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let begin = begin_request();
    owner.begin(&begin).expect(201);
    (server, owner, begin)
}

pub fn kept(server: &Server) -> usize {
    files_below(&server.data().join("parts")).len() + incoming(server)
}

pub fn incoming(server: &Server) -> usize {
    files_below(&server.data().join("incoming")).len()
}

#[test]
fn attack_19_a_repeated_part_is_welcome_only_if_it_is_the_same() {
    let (server, owner, begin) = begun(&[]);
    let bytes = random(300_000);
    owner.put(begin.scan_id, ROLE, 0, &bytes).expect(201);
    owner.put(begin.scan_id, ROLE, 0, &bytes).expect(204);
    owner
        .put(begin.scan_id, ROLE, 0, &random(300_000))
        .refused(409, "part-differs");
    // Other bytes under the digest of the right ones are no way around.
    owner
        .request("PUT", &part_path(begin.scan_id, ROLE, 0))
        .header("content-digest", digest_header(&bytes))
        .bytes(&random(300_000))
        .send(server.address)
        .refused(400, "digest-mismatch");
    assert_eq!(kept(&server), 1);
    let there: PartList = owner
        .send("GET", &format!("/scans/{}/parts", begin.scan_id))
        .json();
    assert_eq!(digest_header(&bytes), {
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!("sha-256=:{}:", STANDARD.encode(there.parts[0].sha256.0))
    });
}

#[test]
fn writers_that_race_for_one_part_leave_one_whole_part() {
    let (server, owner, begin) = begun(&[]);
    let bodies: Vec<Vec<u8>> = (0..8).map(|_| random(500_000)).collect();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let all: Vec<_> = bodies
            .iter()
            .map(|body| scope.spawn(|| owner.put(begin.scan_id, ROLE, 0, body).status))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let winner = statuses.iter().position(|&status| status == 201).unwrap();
    let losers = statuses.iter().filter(|&&status| status == 409).count();
    assert_eq!(losers, 7, "{statuses:?}");
    assert_eq!(kept(&server), 1);
    owner
        .put(begin.scan_id, BlobRole::Geometry, 0, b"g")
        .expect(201);
    owner
        .put(begin.scan_id, BlobRole::Identity, 0, b"i")
        .expect(201);
    let lens = [
        (BlobRole::Geometry, 1),
        (ROLE, 500_000),
        (BlobRole::Identity, 1),
    ];
    owner.commit(begin.scan_id, &lens).expect(200);
    let part = owner
        .send("GET", &part_path(begin.scan_id, ROLE, 0))
        .expect(200);
    assert!(part.body == bodies[winner]);
}

#[test]
fn attack_20_a_commit_needs_every_part_whole() {
    let (_server, owner, begin) = begun(&[]);
    let id = begin.scan_id;
    let full = PART_LEN;
    let lens = |frames| {
        [
            (BlobRole::Geometry, 10),
            (ROLE, frames),
            (BlobRole::Identity, 10),
        ]
    };
    owner
        .put(id, BlobRole::Geometry, 0, &random(10))
        .expect(201);
    owner
        .put(id, BlobRole::Identity, 0, &random(10))
        .expect(201);
    owner.commit(id, &lens(5)).refused(409, "parts-missing");
    // A gap at 0, then a short part before the last.
    owner.put(id, ROLE, 1, &random(5)).expect(201);
    owner.commit(id, &lens(5)).refused(409, "parts-missing");
    owner
        .commit(id, &lens(full + 5))
        .refused(409, "parts-missing");
    owner.put(id, ROLE, 0, &random(full as usize)).expect(201);
    for wrong in [full, full + 4, full + 6, 2 * full, 0, u64::MAX] {
        owner.commit(id, &lens(wrong)).refused(409, "parts-missing");
    }
    owner
        .commit(id, &lens(full + 5)[..2])
        .refused(409, "parts-missing");
    let scan: protocol::scan::Scan = owner.commit(id, &lens(full + 5)).expect(200).json();
    assert_eq!(scan.status, ScanStatus::Complete);
    owner.commit(id, &lens(full + 5)).expect(200);
    owner
        .commit(id, &lens(full + 4))
        .refused(409, "scan-exists");
    // Nothing is added to a complete scan.
    owner
        .put(id, ROLE, 2, &random(5))
        .refused(409, "part-differs");
}

#[test]
fn a_short_part_in_the_middle_is_no_complete_scan() {
    let (_server, owner, begin) = begun(&[]);
    let id = begin.scan_id;
    for role in [BlobRole::Geometry, BlobRole::Identity] {
        owner.put(id, role, 0, &random(10)).expect(201);
    }
    owner.put(id, ROLE, 0, &random(7)).expect(201);
    owner.put(id, ROLE, 1, &random(5)).expect(201);
    let lens = [
        (BlobRole::Geometry, 10),
        (ROLE, 12),
        (BlobRole::Identity, 10),
    ];
    owner.commit(id, &lens).refused(409, "parts-missing");
}

#[test]
fn attack_21_what_is_too_much_or_a_lie_leaves_nothing() {
    let (server, owner, begin) = begun(&["--clinic-quota", "30000000"]);
    let id = begin.scan_id;
    let too_long = random(PART_LEN as usize + 1);
    owner
        .put(id, ROLE, 0, &too_long)
        .refused(413, "part-too-large");
    let bytes = random(1000);
    let put = |digest: &str| {
        owner
            .request("PUT", &part_path(id, ROLE, 0))
            .header("content-digest", digest)
            .bytes(&bytes)
    };
    put(&digest_header(b"other"))
        .send(server.address)
        .refused(400, "digest-mismatch");
    for digest in ["", "sha-256=::", "sha-256=:AAAA:", "md5=:AAAA:", "sha-256"] {
        put(digest).send(server.address).refused(400, "bad-request");
    }
    put(&digest_header(&bytes))
        .header("transfer-encoding", "chunked")
        .bytes(b"3\r\nabc\r\n0\r\n\r\n")
        .send(server.address)
        .refused(411, "length-required");
    // A length above what comes: the connection ends and nothing is kept.
    let mut stream = connect(server.address).unwrap();
    let request = put(&digest_header(&bytes)).header("content-length", "2000");
    stream.write_all(&request.head(server.address)).unwrap();
    stream.write_all(&bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = Answer::read(&mut stream);
    assert!(answer.is_none_or(|answer| answer.status == 400));
    // A length below what comes: the digest is of more than was announced.
    put(&digest_header(&bytes))
        .header("content-length", "999")
        .send(server.address)
        .refused(400, "digest-mismatch");
    // More than was reserved; a reservation above the quota.
    let full = random(PART_LEN as usize);
    for n in 0..3 {
        owner.put(id, ROLE, n, &full).expect(201);
    }
    owner.put(id, ROLE, 3, b"x").refused(413, "quota-exceeded");
    owner.begin(&begin_request()).refused(413, "quota-exceeded");
    assert_eq!(kept(&server), 3);
    // What was given up makes room.
    owner.send("DELETE", &format!("/scans/{id}")).expect(204);
    owner.begin(&begin_request()).expect(201);
}

#[test]
fn attack_22_a_body_slower_than_the_floor_is_refused() {
    // Ten times as slow as the floor; the honest body below has forty seconds, also on a busy machine.
    let flags = ["--upload-floor", "100000", "--upload-grace-seconds", "1"];
    let (server, owner, begin) = begun(&flags);
    let bytes = random(4_000_000);
    let request = owner.put_request(begin.scan_id, ROLE, 0, &bytes);
    let mut stream = connect(server.address).unwrap();
    stream.write_all(&request.head(server.address)).unwrap();
    let mut reader = stream.try_clone().unwrap();
    let answer = thread::spawn(move || Answer::read(&mut reader));
    let mut chunks = bytes.chunks(1_000);
    for chunk in &mut chunks {
        if answer.is_finished() || stream.write_all(chunk).is_err() {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    answer.join().unwrap().unwrap().refused(408, "too-slow");
    assert!(chunks.len() > 0, "it was read to its end");
    wait_until(|| incoming(&server) == 0);
    assert_eq!(kept(&server), 0);
    // A body that stops altogether is no different.
    let mut stream = connect(server.address).unwrap();
    stream.write_all(&request.head(server.address)).unwrap();
    Answer::read(&mut stream).unwrap().refused(408, "too-slow");
    // And the honest one gets through.
    owner.put(begin.scan_id, ROLE, 0, &bytes).expect(201);
}

#[test]
fn a_client_that_goes_away_leaves_nothing() {
    let (server, owner, begin) = begun(&[]);
    let bytes = random(4_000_000);
    for _ in 0..5 {
        let request = owner.put_request(begin.scan_id, ROLE, 0, &bytes);
        let mut stream = connect(server.address).unwrap();
        stream.write_all(&request.head(server.address)).unwrap();
        stream.write_all(&bytes[..3_000_000]).unwrap();
    }
    wait_until(|| incoming(&server) == 0);
    assert_eq!(kept(&server), 0);
}

/// Waits for a condition, a minute at most.
pub fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it never came true"
        );
        thread::sleep(Duration::from_millis(10));
    }
}
