//! Attack 34: who guesses waits.

use crate::{
    access::{NOBODY, OWNER, sign_in},
    clinic::{Clinic, fixed},
    process::Server,
};

#[test]
fn attack_34_who_guesses_waits_wherever_they_say_they_come_from() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    for n in 0..10 {
        let forged = sign_in(OWNER, fixed()).header("x-forwarded-for", format!("10.0.0.{n}"));
        server.send(&forged).refused(401, "wrong-credentials");
    }
    let forged = sign_in(OWNER, fixed()).header("x-forwarded-for", "10.9.9.9");
    let waiting = server.send(&forged).refused(429, "too-many-attempts");
    let seconds: u32 = waiting.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    let problem: protocol::Problem = waiting.json();
    assert_eq!(problem.retry_after, Some(seconds));
    // The right password waits too, for this account; an unknown one is counted the same way.
    owner.sign_in().refused(429, "too-many-attempts");
    for _ in 0..10 {
        server
            .send(&sign_in(NOBODY, fixed()))
            .refused(401, "wrong-credentials");
    }
    server
        .send(&sign_in(NOBODY, fixed()))
        .refused(429, "too-many-attempts");
}

#[test]
fn attack_34_addresses_of_one_ipv6_network_share_their_attempts() {
    let server = Server::with(&["--trust-proxy"]);
    let attempt = |n: u32, forwarded: String| {
        let request = sign_in(&format!("somebody{n}@clinic.example"), fixed());
        server
            .send(&request.header("x-forwarded-for", forwarded))
            .status
    };
    // Each address of the network tries one account of its own; what a client itself put in front is not believed.
    let statuses: Vec<u16> = (0..40)
        .map(|n| attempt(n, format!("10.0.0.{n}, 2001:db8:1:2::{n:x}")))
        .collect();
    assert!(
        statuses[..30].iter().all(|&status| status == 401),
        "{statuses:?}"
    );
    assert!(
        statuses[31..].iter().all(|&status| status == 429),
        "{statuses:?}"
    );
    assert_eq!(attempt(99, "2001:db8:1:3::1".to_owned()), 401);
}

#[test]
fn honest_sign_ins_are_not_counted() {
    let server = Server::start();
    let owner = Clinic::sign_up(&server, OWNER);
    for _ in 0..40 {
        owner.sign_in().expect(200);
    }
}
