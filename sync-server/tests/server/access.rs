//! Attacks on signing in, on sessions, and from other sites.

use crate::{
    clinic::{Clinic, cookie_of, fixed, sealed},
    http::{Answer, Request},
    process::Server,
};
use protocol::account::{
    KdfRequest, PasswordKdf, RecoveryKeys, RecoveryRequest, RecoverySetPassword, Session, SignIn,
};
use std::time::{Duration, Instant};

pub const OWNER: &str = "owner@clinic.example";
pub const NOBODY: &str = "nobody@clinic.example";

fn kdf(server: &Server, email: &str) -> Answer {
    let asked = KdfRequest {
        email: email.to_owned(),
    };
    server.send(&Request::new("POST", "/api/v1/session/kdf").json(&asked))
}

pub fn sign_in(email: &str, auth_key: protocol::Fixed<32>) -> Request {
    let asked = SignIn {
        email: email.to_owned(),
        auth_key,
    };
    Request::new("POST", "/api/v1/session").json(&asked)
}

fn recovery(email: &str, recovery_auth_key: protocol::Fixed<32>) -> Request {
    let asked = RecoveryRequest {
        email: email.to_owned(),
        recovery_auth_key,
    };
    Request::new("POST", "/api/v1/recovery").json(&asked)
}

fn recover(email: &str, recovery_auth_key: protocol::Fixed<32>) -> RecoverySetPassword {
    RecoverySetPassword {
        email: email.to_owned(),
        recovery_auth_key,
        kdf: PasswordKdf {
            version: 1,
            salt: fixed(),
        },
        auth_key: fixed(),
        mk_by_password: sealed(60),
    }
}

/// What can be seen of an answer: status, names of headers, and the body with its random salt taken out.
fn shape(answer: &Answer) -> (u16, Vec<String>, String) {
    let mut names: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    names.sort();
    let mut body: serde_json::Value = answer.json();
    if let Some(salt) = body.get_mut("salt") {
        *salt = salt.as_str().unwrap().len().into();
    }
    (answer.status, names, body.to_string())
}

#[test]
fn attack_30_an_unknown_address_answers_as_a_known_one() {
    let server = Server::start();
    Clinic::sign_up(&server, OWNER);
    assert_eq!(shape(&kdf(&server, OWNER)), shape(&kdf(&server, NOBODY)));
    // The same salt each time, another one for another address.
    let salt = |email| kdf(&server, email).json::<PasswordKdf>().salt;
    assert_eq!(salt(NOBODY), salt(NOBODY));
    assert_eq!(salt(NOBODY), salt(" Nobody@Clinic.Example"));
    assert_ne!(salt(NOBODY), salt("nobody@clinic.example.org"));
    let both = |request: &dyn Fn(&str) -> Request| {
        let known = server
            .send(&request(OWNER))
            .refused(401, "wrong-credentials");
        let unknown = server
            .send(&request(NOBODY))
            .refused(401, "wrong-credentials");
        assert_eq!(shape(&known), shape(&unknown));
    };
    both(&|email| sign_in(email, fixed()));
    both(&|email| recovery(email, fixed()));
    both(&|email| Request::new("PUT", "/api/v1/recovery").json(&recover(email, fixed())));
    // The same work: each wrote one event and one person.
    let database = server.database();
    let failed: Vec<i64> = database
        .prepare(
            "SELECT count(*) FROM audit_event e JOIN audit_person p USING (clinic_id, seq)
                  WHERE action = 'sign-in-failed' GROUP BY clinic_id",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(failed, [3, 3]);
}

#[test]
fn attack_30_and_takes_the_same_time() {
    let server = Server::with(&["--trust-proxy"]);
    let emails: Vec<String> = (0..40)
        .map(|n| format!("known{n}@clinic.example"))
        .collect();
    for email in &emails {
        Clinic::sign_up(&server, email);
    }
    // Alternating, from addresses of their own, so that neither buckets nor a busy moment decide.
    let time = |n: usize, email: &str| {
        let request = sign_in(email, fixed()).header("x-forwarded-for", format!("10.0.{n}.1"));
        let start = Instant::now();
        server.send(&request).refused(401, "wrong-credentials");
        start.elapsed()
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..5 {
        for (n, email) in emails.iter().enumerate() {
            known.push(time(n, email));
            unknown.push(time(n, &format!("un{email}{round}")));
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    let ratio = median(&mut known) / median(&mut unknown);
    assert!((0.6..1.7).contains(&ratio), "known {ratio} times unknown");
}

#[test]
fn attack_32_old_sessions_end() {
    let server = Server::start();
    let mut owner = Clinic::sign_up(&server, OWNER);
    let alive = |owner: &Clinic| owner.send("GET", "/session").status;
    // A sign-in rotates the token that came along.
    let first = owner.cookie.clone();
    let again = sign_in(OWNER, owner.sign_up.auth_key).header("cookie", &first);
    let answer = server.send(&again).expect(200);
    assert_eq!(alive(&owner), 401);
    owner.cookie = cookie_of(&answer);
    assert_ne!(owner.cookie, first);
    assert_eq!(alive(&owner), 200);
    // Another browser's session is another session; signing out ends one's own.
    let elsewhere = Clinic {
        cookie: cookie_of(&owner.sign_in()),
        address: server.address,
        sign_up: owner.sign_up.clone(),
    };
    assert_eq!((alive(&owner), alive(&elsewhere)), (200, 200));
    let out = elsewhere.send("DELETE", "/session").expect(204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!((alive(&owner), alive(&elsewhere)), (200, 401));
    elsewhere
        .send("DELETE", "/session")
        .refused(401, "signed-out");
    // Recovery ends them all, sets the password, and begins one.
    let keys: RecoveryKeys = server
        .send(&recovery(OWNER, owner.sign_up.recovery_auth_key))
        .expect(200)
        .json();
    assert_eq!(keys.mk_by_recovery, owner.sign_up.keys.mk_by_recovery);
    let new = recover(OWNER, owner.sign_up.recovery_auth_key);
    let answer = server
        .send(&Request::new("PUT", "/api/v1/recovery").json(&new))
        .expect(200);
    assert_eq!(alive(&owner), 401);
    let session: Session = answer.json();
    assert_eq!(session.mk_by_password, new.mk_by_password);
    assert_eq!(session.kdf, new.kdf);
    owner.cookie = cookie_of(&answer);
    assert_eq!(alive(&owner), 200);
    owner.sign_in().refused(401, "wrong-credentials");
    server.send(&sign_in(OWNER, new.auth_key)).expect(200);
}

#[test]
fn sessions_end_when_idle_and_when_old() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    let age = |column: &str, seconds: i64| {
        let sql = format!("UPDATE session SET {column} = {column} - {seconds}");
        server.database().execute(&sql, []).unwrap();
        owner.send("GET", "/session").status
    };
    // A request within the quarter of an hour prolongs it.
    assert_eq!(age("last_seen_at", 14 * 60), 200);
    assert_eq!(age("last_seen_at", 14 * 60), 200);
    assert_eq!(age("last_seen_at", 15 * 60), 401);
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    server
        .database()
        .execute("UPDATE session SET created_at = created_at - 43200", [])
        .unwrap();
    owner.send("GET", "/session").refused(401, "signed-out");
}

#[test]
fn the_cookie_is_for_this_host_alone_and_for_no_script() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    let answer = owner.sign_in().expect(200);
    let cookie = answer.header("set-cookie").unwrap();
    let (token, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; Secure; HttpOnly; SameSite=Strict");
    let token = token.strip_prefix("__Host-cuspid=").unwrap();
    assert!(protocol::Fixed::<32>::from_base64url(token).is_ok());
}

#[test]
fn attack_33_other_sites_cannot_ask_for_anything() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    let own = format!("http://{}", server.address);
    let post = |headers: &[(&str, &str)]| {
        let mut request =
            Request::bare("DELETE", "/api/v1/session").header("cookie", &owner.cookie);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        server.send(&request)
    };
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", &format!("https://{}", server.address))],
        &[("origin", &format!("{own}.evil.example"))],
        &[("origin", &format!("{own}/"))],
        &[("host", "evil.example"), ("origin", &own)],
    ] {
        post(headers).refused(403, "cross-site");
    }
    owner.send("GET", "/session").expect(200);
    // Public routes are no exception, and HEAD or GET need no proof: they change nothing.
    let bare = Request::bare("POST", "/api/v1/session/kdf").json(&KdfRequest {
        email: OWNER.to_owned(),
    });
    server.send(&bare).refused(403, "cross-site");
    post(&[("origin", &own)]).expect(204);
}
