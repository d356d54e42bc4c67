//! Attacks on the log.

use crate::{
    clinic::Clinic,
    process::{Server, audit_verify},
};
use protocol::{
    ClinicId,
    audit::{AuditAction, AuditEvent, AuditHead, AuditPage, event_bytes, head_bytes, person_bytes},
};
use ring::{
    digest::{SHA256, digest},
    signature::{ED25519, UnparsedPublicKey},
};

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

/// What a browser does with a whole log, oldest first: each event's hash from the one before, each commitment from
/// who and where, the head's signature.
fn check(clinic: ClinicId, page: &AuditPage) -> Result<(), String> {
    let mut previous = [0; 32];
    for event in page.events.iter().rev() {
        if let Some(salt) = &event.salt {
            let person = person_bytes(&salt.0, event.actor.as_deref(), &event.address);
            if sha256(&person) != event.commitment.0 {
                return Err(format!("person of {}", event.seq));
            }
        }
        let bytes = event_bytes(
            clinic,
            event.seq,
            event.at,
            event.action,
            event.object.as_deref(),
            &event.commitment.0,
        );
        previous = sha256(&[&previous[..], &bytes].concat());
        if previous != event.hash.0 {
            return Err(format!("hash of {}", event.seq));
        }
    }
    let AuditHead {
        seq,
        hash,
        signature,
        public_key,
    } = &page.head;
    if hash.0 != previous {
        return Err("head".to_owned());
    }
    UnparsedPublicKey::new(&ED25519, public_key.0)
        .verify(&head_bytes(clinic, *seq, &hash.0), &signature.0)
        .map_err(|_| "signature".to_owned())
}

/// Whether a log extends the head that a browser pinned, as the browser decides it.
fn extends(events: &[AuditEvent], pinned: &AuditHead) -> bool {
    events
        .iter()
        .any(|event| event.seq == pinned.seq && event.hash == pinned.hash)
}

fn busy_clinic() -> (Server, Clinic) {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    for _ in 0..3 {
        owner.sign_in().expect(200);
    }
    (server, owner)
}

#[test]
fn the_log_is_a_chain_that_a_browser_can_check() {
    let (_server, owner) = busy_clinic();
    let clinic = owner.sign_up.clinic_id;
    let page = owner.audit();
    assert_eq!(check(clinic, &page), Ok(()));
    let mut forged = page.clone();
    forged.events[1].action = AuditAction::SignedOut;
    assert_eq!(check(clinic, &forged), Err("hash of 3".to_owned()));
    let mut forged = page.clone();
    forged.events[1].address = "10.0.0.1".to_owned();
    assert_eq!(check(clinic, &forged), Err("person of 3".to_owned()));
    let mut forged = page.clone();
    forged.head.signature.0[0] ^= 1;
    assert_eq!(check(clinic, &forged), Err("signature".to_owned()));
    // Pages fit together.
    let older: AuditPage = owner
        .send("GET", "/audit?before=3&limit=1")
        .expect(200)
        .json();
    assert_eq!(older.events, [page.events[2].clone()]);
    assert_eq!(older.head, page.head);
    owner
        .send("GET", "/audit?before=x")
        .refused(400, "bad-request");
}

#[test]
fn attack_36_events_cannot_be_changed_and_an_edit_of_the_file_is_named() {
    let (server, owner) = busy_clinic();
    let clinic = owner.sign_up.clinic_id;
    let database = server.database();
    for statement in [
        "UPDATE audit_event SET at = 0",
        "DELETE FROM audit_event",
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE seq = 2",
        "INSERT INTO audit_event SELECT clinic_id, seq + 9, at, action, object, commitment, hash, signature
         FROM audit_event WHERE seq = 2",
    ] {
        let refused = database.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    assert_eq!(
        audit_verify(server.data()).1,
        "4 events, each as it was written\n"
    );
    // Somebody with the file takes the triggers away first.
    let triggers: Vec<(String, String)> = database
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (name, _) in &triggers {
        database
            .execute_batch(&format!("DROP TRIGGER {name}"))
            .unwrap();
    }
    let edited = |edit: &str, undo: &str, expected: &str| {
        database.execute_batch(edit).unwrap();
        let (good, said) = audit_verify(server.data());
        assert!(!good);
        assert_eq!(
            said,
            format!("clinic {clinic}, event {expected}\n"),
            "{edit}"
        );
        database.execute_batch(undo).unwrap();
        assert!(audit_verify(server.data()).0);
    };
    edited(
        "UPDATE audit_event SET at = at + 1 WHERE seq = 2",
        "UPDATE audit_event SET at = at - 1 WHERE seq = 2",
        "2: the hash does not match",
    );
    edited(
        "UPDATE audit_person SET address = '10.0.0.1' WHERE seq = 3",
        "UPDATE audit_person SET address = '127.0.0.1' WHERE seq = 3",
        "3: who or from where was changed",
    );
    edited(
        "CREATE TEMP TABLE kept AS SELECT * FROM audit_event WHERE seq = 2; PRAGMA foreign_keys = OFF;
         DELETE FROM audit_event WHERE seq = 2",
        "INSERT INTO audit_event SELECT * FROM kept; PRAGMA foreign_keys = ON",
        "2: the event is missing",
    );
    // Even a chain computed anew, by somebody without the server's key, is found.
    let (at, action, commitment): (i64, String, [u8; 32]) = database
        .query_row(
            "SELECT at, action, commitment FROM audit_event WHERE seq = 4",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let previous: [u8; 32] = database
        .query_row("SELECT hash FROM audit_event WHERE seq = 3", [], |row| {
            row.get(0)
        })
        .unwrap();
    let bytes = event_bytes(
        clinic,
        4,
        at + 60,
        AuditAction::from_name(&action).unwrap(),
        None,
        &commitment,
    );
    database
        .execute(
            "UPDATE audit_event SET at = at + 60, hash = ?1 WHERE seq = 4",
            [sha256(&[&previous[..], &bytes].concat())],
        )
        .unwrap();
    let (good, said) = audit_verify(server.data());
    assert!(
        !good && said.contains("event 4: the signature does not match"),
        "{said}"
    );
}

#[test]
fn attack_37_a_cut_log_does_not_extend_what_a_browser_has_seen() {
    let (server, owner) = busy_clinic();
    let pinned = owner.audit().head;
    owner.sign_in().expect(200);
    assert!(extends(&owner.audit().events, &pinned));
    // The malicious server cuts the tail and writes another history.
    let database = server.database();
    database
        .execute_batch(
            "DROP TRIGGER audit_event_keeps_all; DELETE FROM audit_person WHERE seq >= 3;
             DELETE FROM audit_event WHERE seq >= 3",
        )
        .unwrap();
    let cut = owner.audit();
    assert!(cut.head.seq < pinned.seq && !extends(&cut.events, &pinned));
    for _ in 0..3 {
        owner.sign_in().expect(200);
    }
    // Each page of it is a chain and signed: only the pin tells.
    let fork = owner.audit();
    assert_eq!(check(owner.sign_up.clinic_id, &fork), Ok(()));
    assert!(fork.head.seq > pinned.seq && !extends(&fork.events, &pinned));
}

#[test]
fn attack_38_no_log_no_action() {
    let (server, owner) = busy_clinic();
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, |_| {});
    let before = owner.send("GET", "/scans").expect(200).body;
    server
        .database()
        .execute_batch(
            "CREATE TRIGGER broken BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'broken'); END",
        )
        .unwrap();
    let scan_path = format!("/scans/{}", scan.scan_id);
    owner.send("DELETE", &scan_path).refused(500, "internal");
    owner
        .send("GET", &format!("{scan_path}/blobs/frames/parts/0"))
        .refused(500, "internal");
    owner
        .send("DELETE", &format!("/shares/{}", link.id))
        .refused(500, "internal");
    link.open().refused(500, "internal");
    owner.sign_in().refused(500, "internal");
    owner.send("DELETE", "/session").refused(500, "internal");
    owner
        .begin(&crate::clinic::begin_request())
        .refused(500, "internal");
    // None of it happened: the session lives, the scan is there, the link was neither opened nor revoked.
    assert_eq!(owner.send("GET", "/scans").expect(200).body, before);
    let shares: protocol::share::ShareList = owner.send("GET", "/shares").expect(200).json();
    assert!(shares.shares[0].opens.is_empty() && shares.shares[0].revoked_at.is_none());
    server
        .database()
        .execute_batch("DROP TRIGGER broken")
        .unwrap();
    link.opened();
    owner.send("DELETE", &scan_path).expect(204);
}

#[test]
fn an_erased_person_leaves_the_chain_whole() {
    let (server, owner) = busy_clinic();
    server
        .database()
        .execute("DELETE FROM audit_person WHERE seq = 2", [])
        .unwrap();
    let page = owner.audit();
    let erased = &page.events[2];
    assert_eq!(
        (
            erased.seq,
            &erased.actor,
            erased.address.as_str(),
            erased.salt
        ),
        (2, &None, "", None)
    );
    assert_eq!(check(owner.sign_up.clinic_id, &page), Ok(()));
    assert!(audit_verify(server.data()).0);
}
