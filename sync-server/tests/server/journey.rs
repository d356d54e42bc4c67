//! From signing up to a dead link, and what the log says of it.

use crate::{
    clinic::{Clinic, part_path},
    process::{Server, audit_verify},
};
use protocol::{
    account::Session,
    audit::AuditAction as A,
    scan::{BlobRole, PartList, ScanList, ScanStatus},
    share::{LinkFacts, ShareList, ShareState},
};

#[test]
fn a_scan_is_saved_shared_opened_and_revoked() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let session: Session = owner.send("GET", "/session").expect(200).json();
    assert_eq!(session.clinic_id, owner.sign_up.clinic_id);
    assert_eq!(session.clinic_keys, owner.sign_up.clinic_keys);
    assert_eq!(session.storage_used, 0);

    let (scan, parts) = owner.save();
    assert_eq!(scan.status, ScanStatus::Complete);
    let total: u64 = parts.iter().map(|part| part.2.len() as u64).sum();
    let session: Session = owner.send("GET", "/session").expect(200).json();
    assert_eq!(session.storage_used, total);
    let list: ScanList = owner.send("GET", "/scans").expect(200).json();
    assert_eq!(list.scans, std::slice::from_ref(&scan));
    let there: PartList = owner
        .send("GET", &format!("/scans/{}/parts", scan.scan_id))
        .expect(200)
        .json();
    assert_eq!(there.parts.len(), parts.len());
    for (role, n, bytes) in &parts {
        let answer = owner
            .send("GET", &part_path(scan.scan_id, *role, *n))
            .expect(200);
        assert!(answer.body == *bytes, "{role:?} {n}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            answer.header("content-digest"),
            Some(crate::clinic::digest_header(bytes).as_str())
        );
    }

    let link = owner.share(scan.scan_id, |_| {});
    let facts: LinkFacts = link.probe().expect(200).json();
    assert_eq!((facts.kdf, facts.includes_identity), (None, false));
    let opened = link.opened();
    assert_eq!(opened.scan_id, scan.scan_id);
    let roles: Vec<_> = opened.blobs.iter().map(|blob| blob.role).collect();
    assert_eq!(roles, [BlobRole::Geometry, BlobRole::Frames]);
    let frames = link.part(&opened.token, BlobRole::Frames, 1).expect(200);
    assert!(frames.body == parts[2].2);
    link.part(&opened.token, BlobRole::Identity, 0)
        .refused(404, "not-found");

    owner
        .send("DELETE", &format!("/shares/{}", link.id))
        .expect(204);
    link.part(&opened.token, BlobRole::Frames, 1)
        .refused(410, "link-revoked");
    link.probe().refused(410, "link-revoked");
    link.open().refused(410, "link-revoked");
    let shares: ShareList = owner.send("GET", "/shares").expect(200).json();
    assert_eq!(shares.shares[0].state, ShareState::Revoked);
    assert_eq!(shares.shares[0].opens.len(), 1);
    assert_eq!(shares.shares[0].opens[0].address, "127.0.0.1");

    owner
        .send("DELETE", &format!("/scans/{}", scan.scan_id))
        .expect(204);
    owner
        .send("GET", &format!("/scans/{}", scan.scan_id))
        .refused(404, "not-found");
    link.probe().refused(404, "no-such-link");
    assert!(crate::process::files_below(&server.data().join("parts")).is_empty());

    let audit = owner.audit();
    let actions: Vec<_> = audit
        .events
        .iter()
        .rev()
        .map(|event| event.action)
        .collect();
    assert_eq!(
        actions,
        [
            A::SignedUp,
            A::ScanUploadBegun,
            A::ScanSaved,
            A::ScanOpened,
            A::ShareCreated,
            A::LinkOpened,
            A::ShareRevoked,
            A::ScanDeleted
        ]
    );
    let opening = &audit.events[2];
    assert_eq!(
        (opening.actor.as_deref(), opening.address.as_str()),
        (None, "127.0.0.1")
    );
    assert_eq!(opening.object, Some(link.id.to_string()));
    let newest = &audit.events[0];
    assert_eq!(newest.actor.as_deref(), Some("owner@clinic.example"));
    owner.send("DELETE", "/session").expect(204);
    assert_eq!(
        audit_verify(server.data()),
        (true, "9 events, each as it was written\n".to_owned())
    );
}

#[test]
fn an_upload_goes_on_where_it_stopped() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let begin = crate::clinic::begin_request();
    owner.begin(&begin).expect(201);
    let geometry = crate::clinic::random(500);
    owner
        .put(begin.scan_id, BlobRole::Geometry, 0, &geometry)
        .expect(201);
    // The same browser after a reload: it finds its upload by the tag, begins it again, and asks what is there.
    let list: ScanList = owner.send("GET", "/scans").expect(200).json();
    assert_eq!(list.scans[0].content_tag, begin.content_tag);
    assert_eq!(list.scans[0].status, ScanStatus::Uploading);
    owner.begin(&begin).expect(200);
    let there: PartList = owner
        .send("GET", &format!("/scans/{}/parts", begin.scan_id))
        .expect(200)
        .json();
    assert_eq!(there.parts.len(), 1);
    assert_eq!(there.parts[0].len, 500);
    // Nothing of an unfinished scan is served, nor can it be shared.
    owner
        .send("GET", &part_path(begin.scan_id, BlobRole::Geometry, 0))
        .refused(404, "not-found");
    owner
        .request("POST", "/shares")
        .json(&crate::clinic::share_request(begin.scan_id))
        .send(server.address)
        .refused(404, "not-found");
}
