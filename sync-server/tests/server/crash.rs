//! Attack 23: `kill -9` in the middle of uploads, again and again.

use crate::{
    clinic::{Clinic, begin_request, digest_header, part_path, random},
    process::{Server, files_below},
};
use protocol::{
    limits::PART_LEN,
    scan::{BlobRole, PartList},
};
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

const PARTS: u32 = 12;
const ROUNDS: u64 = 10;

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
    // Full parts but for the last; each is sent with its own bytes until somebody acknowledges it.
    let bodies: Vec<Vec<u8>> = (0..PARTS)
        .map(|n| {
            random(if n + 1 == PARTS {
                1_000_000
            } else {
                PART_LEN as usize
            })
        })
        .collect();
    let acknowledged = Mutex::new(HashMap::new());
    let mut kills = 0;
    for round in 0.. {
        let next = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= PARTS {
                            return;
                        }
                        if acknowledged.lock().unwrap().contains_key(&n) {
                            continue;
                        }
                        let request =
                            owner.put_request(id, BlobRole::Frames, n, &bodies[n as usize]);
                        let answer = request.try_send(owner.address);
                        if let Some(answer) = answer
                            && matches!(answer.status, 201 | 204)
                        {
                            acknowledged.lock().unwrap().insert(n, round);
                        }
                    }
                });
            }
            if round < ROUNDS {
                // Not a wait for something, but a place to strike: another one each round.
                thread::sleep(Duration::from_millis(5 + round * 11));
                server.strike();
                kills += 1;
            }
        });
        if round >= ROUNDS {
            break;
        }
        drop(server);
        server = Server::on(&data, &[]).expect("a server that starts again");
        owner.address = server.address;
        assert!(files_below(&data.join("incoming")).is_empty());
        let there: PartList = owner
            .send("GET", &format!("/scans/{id}/parts"))
            .expect(200)
            .json();
        let frames: HashMap<u32, _> = there
            .parts
            .iter()
            .filter(|part| part.role == BlobRole::Frames)
            .map(|part| (part.index, part))
            .collect();
        for n in acknowledged.lock().unwrap().keys() {
            assert!(
                frames.contains_key(n),
                "part {n} was acknowledged and is gone"
            );
        }
        // Each file is named by a row and has the length of the row: nothing half lies around.
        let files = files_below(&data.join("parts"));
        assert_eq!(files.len(), there.parts.len());
    }
    assert_eq!(acknowledged.lock().unwrap().len(), PARTS as usize);
    let total = u64::from(PARTS - 1) * PART_LEN + 1_000_000;
    let lens = [
        (BlobRole::Geometry, 5),
        (BlobRole::Frames, total),
        (BlobRole::Identity, 5),
    ];
    owner.commit(id, &lens).expect(200);
    for (n, body) in (0..).zip(&bodies) {
        let part = owner
            .send("GET", &part_path(id, BlobRole::Frames, n))
            .expect(200);
        assert_eq!(
            part.header("content-digest"),
            Some(digest_header(body).as_str())
        );
        assert!(part.body == *body, "part {n}");
    }
    let early = acknowledged
        .lock()
        .unwrap()
        .values()
        .filter(|&&round| round < ROUNDS)
        .count();
    println!("{kills} kills, {early} of {PARTS} parts acknowledged before the last round");
}
