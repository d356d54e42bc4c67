//! Attack 23: `kill -9` at each write step of uploads, again and again.

use crate::{
    clinic::{Clinic, begin_request, part_path, random},
    process::{Server, files_below},
};
use protocol::{
    ScanId,
    limits::PART_LEN,
    scan::{BlobRole, PartList},
};
use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const PARTS: u32 = 14;

/// What the killer waits for. Other writers are at other steps at that moment.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// A temporary file has some bytes.
    Receiving,
    /// A temporary file has all of them.
    Received,
    /// A file has its last name; its row is being written.
    Renamed,
    /// The client has the answer.
    Acknowledged,
}

const MOMENTS: [Moment; 4] = [
    Moment::Receiving,
    Moment::Received,
    Moment::Renamed,
    Moment::Acknowledged,
];
const ROUNDS: usize = 3 * MOMENTS.len();

/// The part bodies of the scan under attack, and who has an acknowledgement of which.
struct Upload {
    scan: ScanId,
    bodies: Vec<Vec<u8>>,
    acknowledged: Mutex<HashSet<u32>>,
    acknowledged_in_round: AtomicUsize,
}

impl Upload {
    /// Sends every part without an acknowledgement, three at a time, until all are sent or the server is gone.
    fn send_all(&self, owner: &Clinic, strike: impl FnOnce()) {
        let next = AtomicU32::new(0);
        self.acknowledged_in_round.store(0, Ordering::Relaxed);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while let n @ ..PARTS = next.fetch_add(1, Ordering::Relaxed) {
                        self.send(owner, n);
                    }
                });
            }
            strike();
        });
    }

    fn send(&self, owner: &Clinic, n: u32) {
        if self.acknowledged.lock().unwrap().contains(&n) {
            return;
        }
        let body = &self.bodies[n as usize];
        let request = owner.put_request(self.scan, BlobRole::Frames, n, body);
        if let Some(answer) = request.try_send(owner.address)
            && matches!(answer.status, 201 | 204)
        {
            self.acknowledged.lock().unwrap().insert(n);
            self.acknowledged_in_round.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for the moment; a round in which all is sent before it comes is no harm.
    fn wait_for(&self, moment: Moment, data: &Path, parts_before: usize) {
        let full = self.bodies.iter().map(|body| body.len() as u64).max();
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            let lens = || {
                let files = files_below(&data.join("incoming"));
                files
                    .into_iter()
                    .filter_map(|file| Some(file.metadata().ok()?.len()))
            };
            let come = match moment {
                Moment::Receiving => lens().any(|len| len > 0),
                Moment::Received => lens().max() >= full,
                Moment::Renamed => files_below(&data.join("parts")).len() > parts_before,
                Moment::Acknowledged => self.acknowledged_in_round.load(Ordering::Relaxed) > 0,
            };
            if come || self.acknowledged.lock().unwrap().len() == PARTS as usize {
                return;
            }
        }
    }
}

#[test]
fn attack_23_what_was_acknowledged_is_whole_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::on(&data, &[]).unwrap();
    let mut owner = Clinic::sign_up(&server, "owner@clinic.example");
    let mut begin = begin_request();
    begin.reserve_bytes = 200 * 1024 * 1024;
    owner.begin(&begin).expect(201);
    let id = begin.scan_id;
    for role in [BlobRole::Geometry, BlobRole::Identity] {
        owner.put(id, role, 0, b"small").expect(201);
    }
    let len = |n| {
        if n + 1 == PARTS {
            1_000_000
        } else {
            PART_LEN as usize
        }
    };
    let upload = Upload {
        scan: id,
        bodies: (0..PARTS).map(|n| random(len(n))).collect(),
        acknowledged: Mutex::default(),
        acknowledged_in_round: AtomicUsize::new(0),
    };
    let mut swept = 0;
    for round in 0..ROUNDS {
        let before = files_below(&data.join("parts")).len();
        upload.send_all(&owner, || {
            upload.wait_for(MOMENTS[round % MOMENTS.len()], &data, before);
            server.strike();
        });
        swept += files_below(&data.join("incoming")).len();
        server = Server::on(&data, &[]).expect("a server that starts again");
        owner.address = server.address;
        check_after_start(&upload, &owner, &data);
    }
    let early = upload.acknowledged.lock().unwrap().len();
    println!(
        "{ROUNDS} kills, {early} of {PARTS} parts acknowledged among them, {swept} halves swept"
    );
    assert!(
        early > 0 && swept > 0,
        "the kills came too early or too late to show anything"
    );
    upload.send_all(&owner, || {});
    assert_eq!(upload.acknowledged.lock().unwrap().len(), PARTS as usize);
    let total = upload.bodies.iter().map(|body| body.len() as u64).sum();
    let lens = [
        (BlobRole::Geometry, 5),
        (BlobRole::Frames, total),
        (BlobRole::Identity, 5),
    ];
    owner.commit(id, &lens).expect(200);
    for (n, body) in (0..).zip(&upload.bodies) {
        let part = owner
            .send("GET", &part_path(id, BlobRole::Frames, n))
            .expect(200);
        assert!(part.body == *body, "part {n}");
    }
}

/// What was acknowledged is recorded with the right digest, and no file lies around that no row names.
fn check_after_start(upload: &Upload, owner: &Clinic, data: &Path) {
    assert!(files_below(&data.join("incoming")).is_empty());
    let there: PartList = owner
        .send("GET", &format!("/scans/{}/parts", upload.scan))
        .expect(200)
        .json();
    assert_eq!(files_below(&data.join("parts")).len(), there.parts.len());
    let frames: HashMap<u32, _> = there
        .parts
        .iter()
        .filter(|part| part.role == BlobRole::Frames)
        .map(|part| (part.index, part))
        .collect();
    for n in upload.acknowledged.lock().unwrap().iter() {
        let part = frames.get(n).unwrap_or_else(|| panic!("part {n} is gone"));
        let body = &upload.bodies[*n as usize];
        assert_eq!(part.len, body.len() as u64);
        let digest = ring::digest::digest(&ring::digest::SHA256, body);
        assert!(digest.as_ref() == part.sha256.0, "part {n}");
    }
    // What a row names is whole on the disk.
    let mut on_disk: Vec<u64> = files_below(&data.join("parts"))
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .collect();
    let mut recorded: Vec<u64> = there.parts.iter().map(|part| part.len).collect();
    on_disk.sort_unstable();
    recorded.sort_unstable();
    assert_eq!(on_disk, recorded);
}
