//! Names that name nothing, and files that nothing names.

use crate::{
    clinic::{Clinic, begin_request, digest_header, fixed},
    process::{Server, files_below},
    uploads::{begun, incoming, kept},
};
use protocol::scan::BlobRole;

const ROLE: BlobRole = BlobRole::Frames;

#[test]
fn parts_and_scans_that_cannot_be_are_not_found() {
    let (server, owner, begin) = begun(&[]);
    let id = begin.scan_id;
    for path in [
        format!("/scans/{id}/blobs/frames/parts/07"),
        format!("/scans/{id}/blobs/frames/parts/-1"),
        format!("/scans/{id}/blobs/frames/parts/8192"),
        format!("/scans/{id}/blobs/Frames/parts/0"),
        format!("/scans/{id}/blobs/coarse/parts/0"),
        format!("/scans/..%2f{id}/blobs/frames/parts/0"),
        "/scans/nonsense/blobs/frames/parts/0".to_owned(),
    ] {
        owner
            .request("PUT", &path)
            .header("content-digest", digest_header(b"x"))
            .bytes(b"x")
            .send(server.address)
            .refused(404, "not-found");
    }
    let mut other = begin_request();
    other.scan_id = id;
    owner.begin(&other).refused(409, "scan-exists");
    let mut unordered = begin_request();
    unordered.blobs.reverse();
    owner.begin(&unordered).refused(400, "bad-request");
    let mut doubled = begin_request();
    doubled.blobs[1] = doubled.blobs[0].clone();
    owner.begin(&doubled).refused(400, "bad-request");
    let mut huge = begin_request();
    huge.summary = crate::clinic::sealed(16 * 1024 + 1);
    owner.begin(&huge).refused(400, "bad-request");
    let mut short = begin_request();
    short.content_tag = fixed();
    let mut value = serde_json::to_value(&short).unwrap();
    value["content_tag"] = "AAAA".into();
    let request = owner.request("POST", "/scans").json(&value);
    server.send(&request).refused(400, "bad-request");
}

#[test]
fn stale_uploads_and_orphans_go_at_start() {
    let (server, owner, begin) = begun(&[]);
    owner.put(begin.scan_id, ROLE, 0, b"abandoned").expect(201);
    let (complete, _) = owner.save();
    server
        .database()
        .execute("UPDATE scan SET touched_at = touched_at - 8 * 86400", [])
        .unwrap();
    let data = server.data().to_owned();
    let stray = files_below(&data.join("parts"))[0].with_file_name("frames-9.00");
    let folder = server.kill();
    std::fs::write(&stray, b"stray").unwrap();
    std::fs::write(data.join("incoming/half"), b"half").unwrap();
    let server = Server::on(&data, &[]).unwrap();
    assert_eq!(incoming(&server), 0);
    assert_eq!(kept(&server), 4);
    assert!(!stray.exists());
    let owner = Clinic {
        address: server.address,
        ..owner
    };
    let list: protocol::scan::ScanList = owner.send("GET", "/scans").expect(200).json();
    assert_eq!(list.scans, [complete]);
    // Two servers on one folder would sweep each other's files.
    assert!(Server::on(&data, &[]).is_none());
    drop(folder);
}
