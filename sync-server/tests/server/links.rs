//! Attacks on links.

use crate::{
    clinic::{Clinic, fixed, with_password},
    http::Request,
    process::Server,
};
use protocol::{
    Fixed, ShareId,
    scan::BlobRole,
    share::{LinkFacts, ShareList, ShareState},
};
use std::thread;

fn clinic(server: &Server) -> Clinic {
    Clinic::sign_up(server, "owner@clinic.example")
}

fn shares(owner: &Clinic) -> ShareList {
    owner.send("GET", "/shares").expect(200).json()
}

#[test]
fn attack_11_and_12_a_password_is_needed_and_cannot_be_guessed() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, with_password);
    let facts: LinkFacts = link.probe().expect(200).json();
    assert!(facts.kdf.is_some());
    for _ in 0..10 {
        let refused = link.open_with(fixed()).refused(403, "wrong-link-password");
        assert!(!String::from_utf8_lossy(&refused.body).contains("scan_key"));
    }
    let waiting = link.open_with(fixed()).refused(429, "too-many-attempts");
    let seconds: u32 = waiting.header("retry-after").unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&seconds), "{seconds}");
    // The right one waits as well, or guessing would go on.
    link.open().refused(429, "too-many-attempts");
    assert_eq!(shares(&owner).shares[0].wrong_passwords, 10);
    assert!(shares(&owner).shares[0].opens.is_empty());
    // The count outlives the server.
    let (data, folder) = (server.data().to_owned(), server.kill());
    let server = Server::on(&data, &[]).unwrap();
    let link = crate::clinic::Link {
        address: server.address,
        ..link
    };
    link.open().refused(429, "too-many-attempts");
    // An hour later the right one opens.
    server
        .database()
        .execute("UPDATE wrong_link_password SET at = at - 3600", [])
        .unwrap();
    link.open().expect(200);
    drop((server, folder));
}

#[test]
fn attack_13_unknown_and_unproven_links_are_one_404_and_dead_ones_410() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, |_| {});
    let unproven = crate::clinic::Link {
        proof: fixed(),
        ..link.clone()
    };
    let unknown = crate::clinic::Link {
        id: ShareId(fixed()),
        ..link.clone()
    };
    let strip = |mut answer: crate::http::Answer| {
        answer.headers.retain(|(name, _)| name != "date");
        answer.headers.sort();
        (answer.status, answer.headers, answer.body)
    };
    let expected = strip(unproven.probe().refused(404, "no-such-link"));
    assert_eq!(strip(unknown.probe()), expected);
    assert_eq!(strip(unproven.open()), expected);
    assert_eq!(strip(unknown.open()), expected);
    let malformed =
        Request::new("POST", "/api/v1/links/nonsense/probe").json(&protocol::share::ProbeLink {
            link_proof: fixed(),
        });
    assert_eq!(strip(server.send(&malformed)), expected);

    server
        .database()
        .execute("UPDATE share SET expires_at = created_at - 1", [])
        .unwrap();
    link.probe().refused(410, "link-expired");
    link.open().refused(410, "link-expired");
    assert_eq!(strip(unproven.probe()), expected);
    assert_eq!(shares(&owner).shares[0].state, ShareState::Expired);
}

#[test]
fn attack_14_of_many_parallel_openings_exactly_the_allowed_ones_succeed() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, |create| create.max_opens = Some(1));
    let statuses: Vec<u16> = thread::scope(|scope| {
        let all: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| link.open().status))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let count = |status| statuses.iter().filter(|&&one| one == status).count();
    assert_eq!((count(200), count(410)), (1, 99), "{statuses:?}");
    assert_eq!(shares(&owner).shares[0].opens.len(), 1);
    assert_eq!(shares(&owner).shares[0].state, ShareState::UsedUp);
    link.open().refused(410, "link-used-up");
}

#[test]
fn the_last_opener_may_still_download() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, parts) = owner.save();
    let link = owner.share(scan.scan_id, |create| create.max_opens = Some(1));
    let opened = link.opened();
    link.open().refused(410, "link-used-up");
    let part = link.part(&opened.token, BlobRole::Frames, 0).expect(200);
    assert!(part.body == parts[1].2);
}

#[test]
fn attack_15_a_revoked_or_expired_link_serves_not_one_part_more() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let revoked = owner.share(scan.scan_id, |_| {});
    let expired = owner.share(scan.scan_id, |_| {});
    let tokens = [revoked.opened().token, expired.opened().token];
    revoked.part(&tokens[0], BlobRole::Frames, 0).expect(200);
    expired.part(&tokens[1], BlobRole::Frames, 0).expect(200);
    owner
        .send("DELETE", &format!("/shares/{}", revoked.id))
        .expect(204);
    server
        .database()
        .execute(
            "UPDATE share SET expires_at = created_at - 1 WHERE id = ?1",
            [expired.id.as_bytes()],
        )
        .unwrap();
    for n in 0..2 {
        revoked
            .part(&tokens[0], BlobRole::Frames, n)
            .refused(410, "link-revoked");
        expired
            .part(&tokens[1], BlobRole::Frames, n)
            .refused(410, "link-expired");
    }
}

#[test]
fn attack_16_looking_at_a_link_does_not_count() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, |create| create.max_opens = Some(1));
    let page = format!("/s/{}", link.id);
    for _ in 0..3 {
        server.send(&Request::bare("GET", &page)).expect(200);
        assert!(
            server
                .send(&Request::bare("HEAD", &page))
                .expect(200)
                .body
                .is_empty()
        );
        for call in ["probe", "open"] {
            for method in ["GET", "HEAD"] {
                let path = format!("/api/v1/links/{}/{call}", link.id);
                server.send(&Request::bare(method, path)).expect(405);
            }
        }
        link.probe().expect(200);
    }
    assert!(shares(&owner).shares[0].opens.is_empty());
    link.open().expect(200);
    assert_eq!(shares(&owner).shares[0].opens.len(), 1);
}

#[test]
fn attack_18_the_proof_and_the_token_of_one_link_are_worth_nothing_at_another() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, _) = owner.save();
    let (one, other) = (
        owner.share(scan.scan_id, |_| {}),
        owner.share(scan.scan_id, |_| {}),
    );
    let crossed = crate::clinic::Link {
        id: other.id,
        ..one.clone()
    };
    crossed.probe().refused(404, "no-such-link");
    crossed.open().refused(404, "no-such-link");
    let token = one.opened().token;
    crossed
        .part(&token, BlobRole::Frames, 0)
        .refused(404, "no-such-link");
    let path = format!("/api/v1/links/{}/blobs/frames/parts/0", one.id);
    server
        .send(&Request::new("GET", path))
        .refused(401, "signed-out");
    one.part(&Fixed([0; 32]), BlobRole::Frames, 0)
        .refused(404, "no-such-link");
}

#[test]
fn a_link_includes_the_identity_only_if_its_sender_said_so() {
    let server = Server::start();
    let owner = clinic(&server);
    let (scan, parts) = owner.save();
    let link = owner.share(scan.scan_id, |create| {
        create.identity_key = Some(crate::clinic::sealed(60));
    });
    let opened = link.opened();
    assert!(opened.identity_key.is_some());
    let identity = link.part(&opened.token, BlobRole::Identity, 0).expect(200);
    assert!(identity.body == parts[3].2);
}
