//! The wire, frozen: what practice software and older pages rely on. Random values are replaced by their length.

use crate::{
    clinic::{Clinic, part_path, with_password},
    process::Server,
};
use protocol::{ErrorCode, Problem, scan::BlobRole};
use serde_json::Value;

/// Numbers that change from run to run.
const TIMES: [&str; 4] = ["at", "created_at", "expires_at", "revoked_at"];

/// Replaces what is random or a time by what it is.
fn steady(value: &mut Value, name: &str) {
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(name, value)| steady(value, name)),
        Value::Array(items) => items.iter_mut().for_each(|item| steady(item, name)),
        Value::Number(_) if TIMES.contains(&name) => *value = "seconds".into(),
        Value::String(text)
            if text.len() >= 22 && !text.contains(['-', '@']) || is_random(name) =>
        {
            *value = format!("{} characters", text_len(value)).into();
        }
        _ => {}
    }
}

fn is_random(name: &str) -> bool {
    let random = [
        "account_id",
        "clinic_id",
        "scan_id",
        "share_id",
        "object",
        "salt",
        "content_tag",
        "scan_key",
        "identity_key",
        "summary",
        "note",
        "floe_header",
        "sha256",
        "hash",
        "signature",
        "public_key",
        "commitment",
        "token",
        "mk_by_password",
    ];
    random.contains(&name)
}

fn text_len(value: &Value) -> usize {
    value.as_str().map_or(0, str::len)
}

#[track_caller]
fn frozen(name: &str, answer: &crate::http::Answer) {
    let mut value: Value = answer.json();
    steady(&mut value, "");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!(name, value);
    });
}

#[test]
fn answers_keep_their_form() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, |create| {
        with_password(create);
        create.identity_key = Some(crate::clinic::sealed(60));
        create.max_opens = Some(3);
    });
    let probe = link.probe().expect(200);
    let opened = link.open().expect(200);
    link.open_with(crate::clinic::fixed()).expect(403);
    owner
        .send("GET", &part_path(scan.scan_id, BlobRole::Geometry, 0))
        .expect(200);
    frozen("session", &owner.send("GET", "/session").expect(200));
    frozen(
        "scan",
        &owner
            .send("GET", &format!("/scans/{}", scan.scan_id))
            .expect(200),
    );
    frozen("scan-list", &owner.send("GET", "/scans").expect(200));
    frozen(
        "part-list",
        &owner
            .send("GET", &format!("/scans/{}/parts", scan.scan_id))
            .expect(200),
    );
    frozen("share-list", &owner.send("GET", "/shares").expect(200));
    frozen("link-facts", &probe);
    frozen("opened-link", &opened);
    frozen(
        "audit-page",
        &owner.send("GET", "/audit?limit=3").expect(200),
    );
}

#[test]
fn problems_keep_their_form() {
    let all: Vec<Problem> = ErrorCode::ALL
        .iter()
        .map(|&code| Problem::new(code))
        .collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!("problems", all);
    });
}
