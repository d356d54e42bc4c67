//! Attack 25: the disk is full, and the server goes on.

use crate::{
    clinic::{Clinic, begin_request, part_path, random},
    process::{Server, files_below},
};
use protocol::{limits::PART_LEN, scan::BlobRole};
use std::{path::PathBuf, process::Command};

/// A small file system of its own; unmounted when dropped.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(Self { folder })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.folder.path())
            .status();
    }
}

#[test]
fn attack_25_a_full_disk_is_507_and_the_server_stays_healthy() {
    // Once with the reserve that keeps the database writable, once without it, so that every write can fail.
    for flags in [&[][..], &["--keep-free", "0"][..]] {
        let Some(disk) = SmallDisk::mount("24m") else {
            println!("not run: mounting a tmpfs needs root");
            return;
        };
        let server = Server::on(&disk.data(), flags).unwrap();
        let owner = Clinic::sign_up(&server, "owner@clinic.example");
        let begin = begin_request();
        owner.begin(&begin).expect(201);
        let id = begin.scan_id;
        let part = random(PART_LEN as usize);
        owner.put(id, BlobRole::Frames, 0, &part).expect(201);
        owner.put(id, BlobRole::Frames, 1, &part).expect(201);
        owner
            .put(id, BlobRole::Frames, 2, &part)
            .refused(507, "storage-full");
        // What is left is filled too, so that nothing at all can be written.
        if !flags.is_empty() {
            let _ = std::fs::write(disk.data().join("filler"), vec![1; 24 << 20]);
            owner
                .put(id, BlobRole::Frames, 2, &part[..200_000])
                .refused(507, "storage-full");
            owner.begin(&begin_request()).refused(507, "storage-full");
        }
        assert!(files_below(&disk.data().join("incoming")).is_empty());
        assert_eq!(files_below(&disk.data().join("parts")).len(), 2);
        // Reading goes on, also for who is signed in.
        owner.send("GET", "/session").expect(200);
        owner.send("GET", &format!("/scans/{id}/parts")).expect(200);
        // With room again, so does writing; nothing has to be restarted.
        if flags.is_empty() {
            owner.send("DELETE", &format!("/scans/{id}")).expect(204);
        } else {
            std::fs::remove_file(disk.data().join("filler")).unwrap();
            owner.send("DELETE", &format!("/scans/{id}")).expect(204);
        }
        let again = begin_request();
        owner.begin(&again).expect(201);
        owner
            .put(again.scan_id, BlobRole::Geometry, 0, b"g")
            .expect(201);
        owner
            .put(again.scan_id, BlobRole::Frames, 0, &part)
            .expect(201);
        owner
            .put(again.scan_id, BlobRole::Identity, 0, b"i")
            .expect(201);
        let lens = [
            (BlobRole::Geometry, 1),
            (BlobRole::Frames, PART_LEN),
            (BlobRole::Identity, 1),
        ];
        owner.commit(again.scan_id, &lens).expect(200);
        let read = owner
            .send("GET", &part_path(again.scan_id, BlobRole::Frames, 0))
            .expect(200);
        assert!(read.body == part);
    }
}
