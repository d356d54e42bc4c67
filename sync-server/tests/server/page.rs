//! The page: its headers, its assets, and requests that no page would make.

use crate::{
    clinic::Clinic,
    http::{Answer, Request, connect},
    process::Server,
};
use std::io::Write;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// A built page in a folder, as `cargo xtask` leaves it.
fn with_page(flags: &[&str]) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write("index.html", b"<!doctype html>page");
    write("page-0123456789abcdef.js", b"plain js");
    write("page-0123456789abcdef.js.br", b"brotli js");
    write("page-0123456789abcdef.js.gz", b"gzip js");
    write("page-fedcba9876543210.wasm", b"\0asm");
    write("icons/tooth.svg", b"<svg/>");
    let path = folder.path().to_str().unwrap().to_owned();
    let flags: Vec<&str> = ["--ui", &path].iter().chain(flags).copied().collect();
    (Server::with(&flags), folder)
}

fn get(server: &Server, path: &str) -> Answer {
    server.send(&Request::bare("GET", path))
}

#[test]
fn the_page_starts_at_its_addresses_under_the_strict_policy() {
    let (server, _folder) = with_page(&[]);
    let share = format!("/s/{}", protocol::ShareId(crate::clinic::fixed()));
    for path in [
        "/", "/sign-in", "/sign-up", "/recover", "/scans", "/links", "/audit", &share,
    ] {
        let answer = get(&server, path).expect(200);
        assert_eq!(answer.body, b"<!doctype html>page", "{path}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", POLICY),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("set-cookie"), None);
    }
    for path in [
        "/nothing",
        "/scans/",
        "/index.html/x",
        "/..%2findex.html",
        "/../server.key",
        "/S/x",
    ] {
        let answer = get(&server, path).expect(404);
        assert_eq!(
            answer.header("content-security-policy"),
            Some(POLICY),
            "{path}"
        );
    }
}

#[test]
fn assets_come_compressed_typed_and_are_kept_for_ever() {
    let (server, _folder) = with_page(&[]);
    let js = "/page-0123456789abcdef.js";
    let accepting = |path: &str, encodings: &str| {
        server
            .send(&Request::bare("GET", path).header("accept-encoding", encodings))
            .expect(200)
    };
    for (encodings, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), &b"brotli js"[..]),
        ("gzip", Some("gzip"), b"gzip js"),
        ("br;q=0, gzip;q=0", None, b"plain js"),
        ("", None, b"plain js"),
    ] {
        let answer = accepting(js, encodings);
        assert_eq!(
            (answer.header("content-encoding"), &answer.body[..]),
            (encoding, body)
        );
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
        assert_eq!(
            answer.header("content-type"),
            Some("text/javascript; charset=utf-8")
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
    }
    let wasm = accepting("/page-fedcba9876543210.wasm", "br");
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    assert_eq!(wasm.header("content-security-policy"), Some(POLICY));
    let icon = get(&server, "/icons/tooth.svg").expect(200);
    assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
    assert_eq!(icon.header("cache-control"), Some("no-cache"));
    let etag = icon.header("etag").unwrap();
    let again = Request::bare("GET", "/icons/tooth.svg").header("if-none-match", etag);
    assert!(server.send(&again).expect(304).body.is_empty());
    server
        .send(&Request::bare("POST", "/icons/tooth.svg"))
        .expect(405);
    assert!(get(&server, "/page-0123456789abcdef.js.br").status == 404);
}

#[test]
fn behind_a_tls_proxy_browsers_are_told_to_stay_on_https() {
    let (server, _folder) = with_page(&["--trust-proxy"]);
    for path in ["/", "/api/v1/scans"] {
        let hsts = get(&server, path)
            .header("strict-transport-security")
            .map(str::to_owned);
        assert_eq!(hsts.as_deref(), Some("max-age=63072000; includeSubDomains"));
    }
    // The page's origin is https there.
    let from = |origin: String| {
        server
            .send(&Request::bare("DELETE", "/api/v1/session").header("origin", origin))
            .status
    };
    assert_eq!(from(format!("https://{}", server.address)), 401);
    assert_eq!(from(format!("http://{}", server.address)), 403);
}

#[test]
fn the_api_answers_under_a_policy_that_allows_nothing() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    for answer in [
        owner.send("GET", "/scans"),
        get(&server, "/api/v1/scans"),
        get(&server, "/api/x"),
    ] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'")
        );
    }
}

#[test]
fn bodies_and_heads_beyond_reason_are_refused_and_the_server_lives() {
    let server = Server::start();
    let post = |body: &[u8]| {
        Request::new("POST", "/api/v1/session/kdf")
            .header("content-type", "application/json")
            .bytes(body)
    };
    let deep = "[".repeat(200_000);
    for body in [
        &b""[..],
        b"null",
        b"{",
        b"{\"email\":1}",
        b"\xff\xfe",
        deep.as_bytes(),
        &vec![b' '; 300_000],
    ] {
        server.send(&post(body)).refused(400, "bad-request");
    }
    for email in [
        "",
        "no-at-sign",
        "a@b\u{0}",
        "a @b",
        &format!("{}@b", "a".repeat(300)),
    ] {
        let asked = protocol::account::KdfRequest {
            email: email.to_owned(),
        };
        let request = Request::new("POST", "/api/v1/session/kdf").json(&asked);
        server.send(&request).refused(400, "bad-request");
    }
    let text = Request::new("POST", "/api/v1/session/kdf")
        .header("content-type", "text/plain")
        .bytes(b"{\"email\":\"a@b\"}");
    server.send(&text).refused(400, "bad-request");
    // A head without an end, and one that is no HTTP.
    let mut stream = connect(server.address).unwrap();
    let _ = stream.write_all(&[b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'a'; 4 << 20]].concat());
    assert!(Answer::read(&mut stream).is_none_or(|answer| (400..500).contains(&answer.status)));
    let mut stream = connect(server.address).unwrap();
    let _ = stream.write_all(b"\x16\x03\x01 not http at all\r\n\r\n");
    assert!(Answer::read(&mut stream).is_none_or(|answer| answer.status == 400));
    get(&server, "/").expect(200);
}

#[test]
fn many_idle_connections_do_not_keep_others_out() {
    let server = Server::start();
    let idle: Vec<_> = (0..800).map_while(|_| connect(server.address)).collect();
    assert_eq!(idle.len(), 800);
    get(&server, "/").expect(200);
    drop(idle);
}
