//! Attack 24: the power goes, and whatever was not synced is lost.
//!
//! An ext4 image is shut down without flushing its journal (`EXT4_IOC_SHUTDOWN`), which loses every write that no fsync
//! made durable, of files and of folders alike.

use crate::{
    clinic::{Clinic, begin_request, part_path, random},
    process::Server,
};
use protocol::{
    limits::PART_LEN,
    scan::{BlobRole, PartList},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A file system in a file.
struct Image {
    folder: tempfile::TempDir,
}

fn succeeds(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program)
        .args(arguments)
        .arg(path)
        .output()
        .is_ok_and(|output| output.status.success())
}

impl Image {
    fn make() -> Option<Self> {
        let image = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(image.mount_point()).unwrap();
        let file = image.file();
        (succeeds("truncate", &["-s", "128M"], &file)
            && succeeds("mkfs.ext4", &["-q", "-F"], &file)
            && image.mount())
        .then_some(image)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn mount_point(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }

    /// With a commit interval so long that nothing becomes durable by waiting.
    fn mount(&self) -> bool {
        let file = self.file();
        let arguments = ["-o", "loop,commit=600", file.to_str().unwrap()];
        succeeds("mount", &arguments, &self.mount_point())
    }

    fn cut_power(&self) -> bool {
        let script = "import fcntl, os, struct, sys\n\
            fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";
        succeeds("python3", &["-c", script], &self.mount_point())
    }

    fn unmount(&self) -> bool {
        succeeds("umount", &[], &self.mount_point())
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(self.mount_point())
            .output();
    }
}

#[test]
fn attack_24_what_was_acknowledged_survives_a_power_cut() {
    let Some(image) = Image::make() else {
        println!("not run: mounting an ext4 image needs root and loop devices");
        return;
    };
    let data = image.mount_point().join("data");
    let server = Server::on(&data, &[]).unwrap();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let begin = begin_request();
    owner.begin(&begin).expect(201);
    let id = begin.scan_id;
    let parts = [
        (BlobRole::Geometry, random(100)),
        (BlobRole::Frames, random(PART_LEN as usize)),
        (BlobRole::Identity, random(100)),
    ];
    for (role, bytes) in &parts {
        owner.put(id, *role, 0, bytes).expect(201);
    }
    // A write that nobody synced is what the cut must lose, or it was none.
    std::fs::write(data.join("unsynced"), b"lost").unwrap();
    if !image.cut_power() {
        println!("not run: cutting the power of a file system needs python3");
        return;
    }
    drop(server);
    assert!(image.unmount() && image.mount());
    assert!(!data.join("unsynced").exists());

    let server = Server::on(&data, &[]).expect("a server that starts again");
    let owner = Clinic {
        address: server.address,
        ..owner
    };
    let there: PartList = owner
        .send("GET", &format!("/scans/{id}/parts"))
        .expect(200)
        .json();
    assert_eq!(there.parts.len(), parts.len());
    let lens = parts
        .each_ref()
        .map(|(role, bytes)| (*role, bytes.len() as u64));
    owner.commit(id, &lens).expect(200);
    for (role, bytes) in &parts {
        let part = owner.send("GET", &part_path(id, *role, 0)).expect(200);
        assert!(part.body == *bytes, "{role:?}");
    }
}
