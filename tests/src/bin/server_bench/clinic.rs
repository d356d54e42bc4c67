//! A clinic that uploads and downloads. Its keys and ids are filler: the server cannot tell.

use super::{PART_LEN, Parts, connection::Connection, process::Process};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use std::io;

/// A clinic with one scan at a time.
pub struct Clinic {
    address: String,
    pub headers: String,
    scan: String,
    scans: u8,
}

/// Bytes that the server takes for an id, a proof or a wrapped key.
fn filler(len: usize, seed: u8) -> String {
    URL_SAFE_NO_PAD.encode(vec![seed; len])
}

impl Clinic {
    pub fn sign_up(server: &Process) -> io::Result<Self> {
        let body = json!({
            "email": "bench@clinic.example", "account_id": filler(16, 1), "clinic_id": filler(16, 2),
            "kdf": { "version": 1, "salt": filler(16, 3) },
            "auth_key": filler(32, 4), "recovery_auth_key": filler(32, 5),
            "keys": { "mk_by_password": filler(60, 6), "mk_by_recovery": filler(60, 7) },
            "clinic_keys": { "version": 1, "scan_key": filler(60, 8), "identity_key": filler(60, 9) },
        });
        let mut clinic = Self {
            address: server.address.clone(),
            headers: String::new(),
            scan: String::new(),
            scans: 100,
        };
        let answer = clinic.json("POST", "/accounts", &body, 201)?;
        let cookie = answer
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie
            .and_then(|line| line.split(';').next())
            .unwrap_or_default();
        clinic.headers = format!("cookie: {cookie}\r\n");
        Ok(clinic)
    }

    fn json(
        &self,
        method: &str,
        path: &str,
        body: &serde_json::Value,
        expected: u16,
    ) -> io::Result<String> {
        let headers = format!("{}content-type: application/json\r\n", self.headers);
        let body = serde_json::to_vec(body)?;
        let mut connection = Connection::open(&self.address)?;
        let path = format!("/api/v1{path}");
        Ok(connection
            .exchange(method, &path, &headers, Some(&body), expected)?
            .0)
    }

    pub fn part_path(&self, n: usize) -> String {
        format!("/api/v1/scans/{}/blobs/frames/parts/{n}", self.scan)
    }

    pub fn begin(&mut self, parts: &Parts) -> io::Result<()> {
        self.scans += 1;
        self.scan = filler(16, self.scans);
        let body = json!({
            "scan_id": self.scan, "content_tag": filler(32, 1), "summary": filler(100, 2),
            "keys": { "clinic_key_version": 1, "scan_key": filler(60, 3), "identity_key": filler(60, 4) },
            "blobs": [{ "role": "frames", "floe_header": filler(58, 5) }],
            "reserve_bytes": parts.bytes.len() * PART_LEN,
        });
        self.json("POST", "/scans", &body, 201).map(drop)
    }

    pub fn upload(&self, parts: &Parts, threads: usize) -> io::Result<f64> {
        parts.rate(
            threads,
            || Connection::open(&self.address),
            |connection, n| {
                let headers = format!("{}content-digest: {}\r\n", self.headers, parts.digests[n]);
                let body = Some(&parts.bytes[n][..]);
                connection
                    .exchange("PUT", &self.part_path(n), &headers, body, 201)
                    .map(drop)
            },
        )
    }

    pub fn commit(&self, parts: &Parts) -> io::Result<()> {
        let len = parts.bytes.len() * PART_LEN;
        let body = json!({ "manifest_version": 1, "blob_lens": [{ "role": "frames", "sealed_len": len }] });
        self.json("POST", &format!("/scans/{}/commit", self.scan), &body, 200)
            .map(drop)
    }

    pub fn delete(&self) -> io::Result<()> {
        let mut connection = Connection::open(&self.address)?;
        let path = format!("/api/v1/scans/{}", self.scan);
        connection
            .exchange("DELETE", &path, &self.headers, Some(b""), 204)
            .map(drop)
    }
}
