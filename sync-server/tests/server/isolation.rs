//! Attacks across the walls between clinics.

use crate::{
    clinic::{Clinic, begin_request, digest_header, fixed, share_request},
    http::Request,
    process::Server,
};
use protocol::scan::{CommitScan, ScanList};
use sync_server::routes::{API, Access, Route, TABLE};

/// A route's path with real ids in it.
fn filled(route: &Route, scan: &str, share: &str) -> String {
    let id = if route.path.starts_with("/scans") {
        scan
    } else {
        share
    };
    let path = route.path.replace("{id}", id);
    format!(
        "{API}{}",
        path.replace("{role}", "frames").replace("{n}", "0")
    )
}

/// A body that the route would take from its own clinic, so that nothing but the wall can refuse it.
fn body(route: &Route, request: Request, scan: protocol::ScanId) -> Request {
    match (route.method, route.path) {
        ("POST", "/scans") => request.json(&begin_request()),
        ("POST", "/scans/{id}/commit") => request.json(&CommitScan {
            manifest_version: 1,
            blob_lens: Vec::new(),
        }),
        ("PUT", "/scans/{id}/blobs/{role}/parts/{n}") => request
            .header("content-digest", digest_header(b"x"))
            .bytes(b"x"),
        ("POST", "/shares") => request.json(&share_request(scan)),
        _ => request,
    }
}

#[test]
fn attack_26_every_route_is_closed_without_a_session_and_to_other_clinics() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let other = Clinic::sign_up(&server, "other@clinic.example");
    let (scan, _) = owner.save();
    let share = owner.share(scan.scan_id, |_| {});
    let (scan_id, share_id) = (scan.scan_id.to_string(), share.id.to_string());
    let before = owner.send("GET", "/scans").expect(200).body;
    let mut seen = 0;
    for route in TABLE {
        let path = filled(route, &scan_id, &share_id);
        if route.access == Access::Public {
            continue;
        }
        // No session, a malformed one, one that never was.
        let never = format!("__Host-cuspid={}", fixed::<32>().to_base64url());
        for cookie in [
            "",
            "__Host-cuspid=nonsense",
            &never,
            &owner.cookie.to_lowercase(),
        ] {
            let request = Request::new(route.method, &path).header("cookie", cookie);
            let answer = server.send(&body(route, request, scan.scan_id));
            assert_eq!(answer.status, 401, "{route:?} with {cookie:?}");
            assert_eq!(answer.code(), "signed-out");
        }
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
            let answer = server.send(&Request::new(method, &path));
            let closed = match route.access {
                // Its one method asks for the token; the others do not exist.
                Access::LinkToken => matches!(answer.status, 401 | 405),
                _ => answer.status == 401 || path.ends_with("/session"),
            };
            assert!(
                closed,
                "{method} {} without a session: {}",
                route.path, answer.status
            );
        }
        // The session of another clinic.
        let names_a_scan = (route.method, route.path) == ("POST", "/shares");
        if route.access == Access::Session && (names_a_scan || route.path.contains("{id}")) {
            let request = Request::new(route.method, &path).header("cookie", &other.cookie);
            let answer = server.send(&body(route, request, scan.scan_id));
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (404, "not-found"),
                "{route:?}"
            );
            seen += 1;
        }
    }
    // Every route with an id in it, and the one whose body names a scan.
    let with_id = TABLE
        .iter()
        .filter(|route| route.access == Access::Session && route.path.contains("{id}"))
        .count();
    assert_eq!(seen, with_id + 1);
    // Lists of the other clinic are empty, its log knows nothing, and nothing of the owner's has changed.
    let list: ScanList = other.send("GET", "/scans").expect(200).json();
    assert!(list.scans.is_empty());
    let shares: protocol::share::ShareList = other.send("GET", "/shares").expect(200).json();
    assert!(shares.shares.is_empty());
    assert_eq!(other.audit().events.len(), 1);
    assert_eq!(owner.send("GET", "/scans").expect(200).body, before);
    share.opened();
}

#[test]
fn unknown_routes_are_not_found_and_unlisted_methods_not_allowed() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v2/scans",
        "/api/v1/scans/",
    ] {
        server
            .send(&Request::new("GET", path))
            .refused(404, "not-found");
    }
    let answer = owner
        .send("PATCH", "/scans")
        .refused(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), Some("POST, GET"));
    server
        .send(&Request::new("GET", "/api/v1/accounts"))
        .refused(405, "method-not-allowed");
}

#[test]
fn ids_of_two_clinics_do_not_meet() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let other = Clinic::sign_up(&server, "other@clinic.example");
    let begin = begin_request();
    owner.begin(&begin).expect(201);
    // The same id in another clinic is another scan, and says nothing of the first.
    other.begin(&begin).expect(201);
    other
        .send("DELETE", &format!("/scans/{}", begin.scan_id))
        .expect(204);
    owner
        .send("GET", &format!("/scans/{}", begin.scan_id))
        .expect(200);
    // Nobody signs up into a clinic that is there, or as an account that is there.
    let mut intruder = crate::clinic::sign_up_request("new@clinic.example");
    intruder.clinic_id = owner.sign_up.clinic_id;
    let sign_up = |body| {
        Request::new("POST", "/api/v1/accounts")
            .json(body)
            .send(server.address)
    };
    sign_up(&intruder).refused(409, "account-exists");
    let mut intruder = crate::clinic::sign_up_request("new@clinic.example");
    intruder.account_id = owner.sign_up.account_id;
    sign_up(&intruder).refused(409, "account-exists");
    let intruder = crate::clinic::sign_up_request(" OWNER@Clinic.example ");
    sign_up(&intruder).refused(409, "account-exists");
    let mut nobody = crate::clinic::sign_up_request("new@clinic.example");
    nobody.clinic_id = protocol::ClinicId::from_bytes([0; 16]);
    sign_up(&nobody).refused(409, "account-exists");
}

#[test]
fn attack_29_the_database_refuses_rows_that_refer_to_another_clinic() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let other = Clinic::sign_up(&server, "other@clinic.example");
    let (scan, _) = owner.save();
    owner.share(scan.scan_id, |_| {});
    let database = server.database();
    let ids = rusqlite::params![
        other.sign_up.clinic_id.as_bytes(),
        owner.sign_up.clinic_id.as_bytes()
    ];
    // Every table whose rows refer to a clinic's row: its rows copied, with the other clinic's id in place.
    let tables = [
        "member_key",
        "session",
        "scan",
        "blob",
        "part",
        "share",
        "audit_person",
    ];
    for table in tables {
        let columns: Vec<String> = database
            .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let copied: Vec<&str> = columns
            .iter()
            .map(|column| match column.as_str() {
                "clinic_id" => "?1",
                "token_hash" => "randomblob(32)",
                // Where the primary key would clash, not the reference.
                "id" if table == "share" => "randomblob(16)",
                "seq" => "seq + 1000",
                other => other,
            })
            .collect();
        let insert = format!(
            "INSERT INTO {table} SELECT {} FROM {table} WHERE clinic_id = ?2 LIMIT 1",
            copied.join(", ")
        );
        let refused = database.execute(&insert, ids).unwrap_err().to_string();
        assert!(refused.contains("FOREIGN KEY"), "{table}: {refused}");
    }
    // And the schema has no reference between clinics' rows that leaves the clinic out.
    let single: i64 = database
        .query_row(
            "SELECT count(*) FROM sqlite_schema s, pragma_foreign_key_list(s.name) f
             WHERE s.type = 'table' AND f.\"table\" NOT IN ('clinic', 'session')
               AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(s.name) g
                               WHERE g.id = f.id AND g.\"from\" = 'clinic_id' AND g.\"to\" = 'clinic_id')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(single, 0);
}
