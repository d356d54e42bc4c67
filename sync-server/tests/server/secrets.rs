//! Nothing that opens anything is found in what the server keeps or says.

use crate::{
    clinic::{Clinic, with_password},
    http::Request,
    process::{Server, files_below},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

/// Spellings under which bytes could lie around.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        secret.to_vec(),
        hex.clone().into_bytes(),
        hex.to_uppercase().into_bytes(),
        URL_SAFE_NO_PAD.encode(secret).into_bytes(),
        STANDARD_NO_PAD.encode(secret).into_bytes(),
    ]
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[test]
fn attack_1_a_dump_holds_no_token_no_key_and_no_secret() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, "owner@clinic.example");
    let second = crate::clinic::cookie_of(&owner.sign_in().expect(200));
    let (scan, _) = owner.save();
    let link = owner.share(scan.scan_id, with_password);
    let token = link.opened().token;
    let cookie = |text: &str| {
        URL_SAFE_NO_PAD
            .decode(text.split_once('=').unwrap().1)
            .unwrap()
    };
    let secrets = [
        cookie(&owner.cookie),
        cookie(&second),
        owner.sign_up.auth_key.0.to_vec(),
        owner.sign_up.recovery_auth_key.0.to_vec(),
        link.proof.0.to_vec(),
        link.auth.0.to_vec(),
        token.0.to_vec(),
    ];
    let files = files_below(server.data());
    let mut dump: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    dump.push((
        "the log".to_owned(),
        server.log.lock().unwrap().clone().into_bytes(),
    ));
    // The search finds what is there: the wrapped key, as it was sent.
    let wrapped = &owner.sign_up.keys.mk_by_password.0;
    assert!(dump.iter().any(|(_, bytes)| contains(bytes, wrapped)));
    for secret in &secrets {
        assert!(secret.len() == 32);
        for spelling in spellings(secret) {
            for (name, bytes) in &dump {
                assert!(!contains(bytes, &spelling), "a secret is in {name}");
            }
        }
    }
    // The log names no person, no id and no address.
    let log = server.log.lock().unwrap().clone();
    assert!(log.contains("/api/v1/scans/{id}/commit"), "{log}");
    for private in [
        "clinic.example",
        &scan.scan_id.to_string(),
        &link.id.to_string(),
        "127.0.0.1",
    ] {
        assert!(!log.contains(private), "{private} is in the log");
    }
}

#[test]
fn attack_17_a_fragment_in_the_path_is_refused_and_forgotten() {
    let server = Server::start();
    let id = protocol::ShareId(crate::clinic::fixed());
    let secret = "v1.c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtbG9nZ2Vk";
    for path in [
        format!("/s/{id}%23{secret}"),
        format!("/s/{id}/%23{secret}"),
        format!("/s/%23{secret}"),
        format!("/s/{id}%2523{secret}"),
    ] {
        let answer = server.send(&Request::bare("GET", path)).expect(400);
        assert!(!contains(&answer.body, secret.as_bytes()));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    server
        .send(&Request::bare("GET", format!("/{id}%23{secret}")))
        .expect(404);
    server
        .send(&Request::bare(
            "GET",
            format!("/api/v1/links/{id}%23{secret}/probe"),
        ))
        .expect(405);
    server
        .send(&Request::bare("GET", format!("/s/{id}?x=%23{secret}")))
        .expect(200);
    let mut dump = server.log.lock().unwrap().clone().into_bytes();
    assert!(contains(&dump, b"route=\"/s/{id"));
    for file in files_below(server.data()) {
        dump.extend(std::fs::read(file).unwrap());
    }
    assert!(!contains(&dump, secret.as_bytes()));
    assert!(!contains(&dump, id.to_string().as_bytes()));
}
