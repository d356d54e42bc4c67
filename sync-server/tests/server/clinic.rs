//! A clinic as its browser talks to the server: real requests, random bytes in place of ciphertext.

use crate::{
    http::{Answer, Request},
    process::Server,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    AccountId, ClinicId, Fixed, ScanId, Sealed, ShareId,
    account::{PasswordKdf, SignIn, SignUp, WrappedAccountKeys, WrappedClinicKeys},
    audit::AuditPage,
    limits::PART_LEN,
    scan::{BeginScan, BlobHeader, BlobLen, BlobRole, CommitScan, Scan, WrappedScanKeys},
    share::{CreateShare, OpenLink, OpenedLink, ProbeLink, Share},
};
use ring::rand::{SecureRandom, SystemRandom};
use std::net::SocketAddr;

pub fn random(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    SystemRandom::new().fill(&mut bytes).unwrap();
    bytes
}

pub fn fixed<const N: usize>() -> Fixed<N> {
    Fixed(random(N).try_into().unwrap())
}

pub fn sealed(len: usize) -> Sealed {
    Sealed(random(len))
}

pub fn digest_header(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    format!("sha-256=:{}:", STANDARD.encode(digest))
}

/// The request that signs a random clinic up.
pub fn sign_up_request(email: &str) -> SignUp {
    SignUp {
        email: email.to_owned(),
        account_id: AccountId(fixed()),
        clinic_id: ClinicId(fixed()),
        kdf: PasswordKdf {
            version: 1,
            salt: fixed(),
        },
        auth_key: fixed(),
        recovery_auth_key: fixed(),
        keys: WrappedAccountKeys {
            mk_by_password: sealed(60),
            mk_by_recovery: sealed(60),
        },
        clinic_keys: WrappedClinicKeys {
            version: 1,
            scan_key: sealed(60),
            identity_key: Some(sealed(60)),
        },
    }
}

/// The token of the session cookie that an answer sets.
pub fn cookie_of(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").expect("a cookie");
    cookie.split(';').next().unwrap().to_owned()
}

/// A signed-in browser of a clinic.
pub struct Clinic {
    pub address: SocketAddr,
    pub sign_up: SignUp,
    pub cookie: String,
}

impl Clinic {
    pub fn sign_up(server: &Server, email: &str) -> Self {
        let sign_up = sign_up_request(email);
        let answer = Request::new("POST", "/api/v1/accounts")
            .json(&sign_up)
            .send(server.address)
            .expect(201);
        Self {
            address: server.address,
            cookie: cookie_of(&answer),
            sign_up,
        }
    }

    /// A request of this browser.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("/api/v1{path}")).header("cookie", &self.cookie)
    }

    pub fn send(&self, method: &str, path: &str) -> Answer {
        self.request(method, path).send(self.address)
    }

    pub fn sign_in(&self) -> Answer {
        let sign_in = SignIn {
            email: self.sign_up.email.clone(),
            auth_key: self.sign_up.auth_key,
        };
        Request::new("POST", "/api/v1/session")
            .json(&sign_in)
            .send(self.address)
    }

    pub fn begin(&self, begin: &BeginScan) -> Answer {
        self.request("POST", "/scans")
            .json(begin)
            .send(self.address)
    }

    pub fn put_request(&self, scan: ScanId, role: BlobRole, n: u32, bytes: &[u8]) -> Request {
        self.request("PUT", &part_path(scan, role, n))
            .header("content-digest", digest_header(bytes))
            .bytes(bytes)
    }

    pub fn put(&self, scan: ScanId, role: BlobRole, n: u32, bytes: &[u8]) -> Answer {
        self.put_request(scan, role, n, bytes).send(self.address)
    }

    pub fn commit(&self, scan: ScanId, lens: &[(BlobRole, u64)]) -> Answer {
        let commit = CommitScan {
            manifest_version: 1,
            blob_lens: lens
                .iter()
                .map(|&(role, sealed_len)| BlobLen { role, sealed_len })
                .collect(),
        };
        self.request("POST", &format!("/scans/{scan}/commit"))
            .json(&commit)
            .send(self.address)
    }

    /// A complete scan: geometry, two parts of frames, identity. Answers it with the bytes of its parts.
    pub fn save(&self) -> (Scan, Vec<(BlobRole, u32, Vec<u8>)>) {
        let begin = begin_request();
        self.begin(&begin).expect(201);
        let parts = vec![
            (BlobRole::Geometry, 0, random(1000)),
            (BlobRole::Frames, 0, random(PART_LEN as usize)),
            (BlobRole::Frames, 1, random(70_000)),
            (BlobRole::Identity, 0, random(3000)),
        ];
        for (role, n, bytes) in &parts {
            self.put(begin.scan_id, *role, *n, bytes).expect(201);
        }
        let lens = [
            (BlobRole::Geometry, 1000),
            (BlobRole::Frames, PART_LEN + 70_000),
            (BlobRole::Identity, 3000),
        ];
        let scan = self.commit(begin.scan_id, &lens).expect(200).json();
        (scan, parts)
    }

    /// A link to a scan, as its recipient holds it.
    pub fn share(&self, scan: ScanId, change: impl FnOnce(&mut CreateShare)) -> Link {
        let mut create = share_request(scan);
        change(&mut create);
        let share: Share = self
            .request("POST", "/shares")
            .json(&create)
            .send(self.address)
            .expect(201)
            .json();
        Link {
            address: self.address,
            id: share.share_id,
            proof: create.link_proof,
            auth: create.auth_key,
        }
    }

    pub fn audit(&self) -> AuditPage {
        self.send("GET", "/audit?limit=500").expect(200).json()
    }
}

pub fn part_path(scan: ScanId, role: BlobRole, n: u32) -> String {
    format!("/scans/{scan}/blobs/{}/parts/{n}", role.name())
}

pub fn begin_request() -> BeginScan {
    let header = |role| BlobHeader {
        role,
        floe_header: sealed(58),
    };
    BeginScan {
        scan_id: ScanId(fixed()),
        content_tag: fixed(),
        keys: WrappedScanKeys {
            clinic_key_version: 1,
            scan_key: sealed(60),
            identity_key: sealed(60),
        },
        blobs: vec![
            header(BlobRole::Geometry),
            header(BlobRole::Frames),
            header(BlobRole::Identity),
        ],
        summary: sealed(200),
        reserve_bytes: 3 * PART_LEN,
    }
}

pub fn share_request(scan: ScanId) -> CreateShare {
    CreateShare {
        share_id: ShareId(fixed()),
        scan_id: scan,
        kdf: None,
        link_proof: fixed(),
        auth_key: fixed(),
        scan_key: sealed(60),
        identity_key: None,
        expires_in_hours: 72,
        max_opens: None,
        note: sealed(100),
    }
}

pub fn with_password(create: &mut CreateShare) {
    create.kdf = Some(PasswordKdf {
        version: 1,
        salt: fixed(),
    });
}

/// A link in its recipient's browser.
#[derive(Clone)]
pub struct Link {
    pub address: SocketAddr,
    pub id: ShareId,
    pub proof: Fixed<32>,
    pub auth: Fixed<32>,
}

impl Link {
    pub fn probe(&self) -> Answer {
        Request::new("POST", format!("/api/v1/links/{}/probe", self.id))
            .json(&ProbeLink {
                link_proof: self.proof,
            })
            .send(self.address)
    }

    pub fn open_with(&self, auth_key: Fixed<32>) -> Answer {
        Request::new("POST", format!("/api/v1/links/{}/open", self.id))
            .json(&OpenLink {
                link_proof: self.proof,
                auth_key,
            })
            .send(self.address)
    }

    pub fn open(&self) -> Answer {
        self.open_with(self.auth)
    }

    pub fn opened(&self) -> OpenedLink {
        self.open().expect(200).json()
    }

    pub fn part(&self, token: &Fixed<32>, role: BlobRole, n: u32) -> Answer {
        let path = format!("/api/v1/links/{}/blobs/{}/parts/{n}", self.id, role.name());
        Request::new("GET", path)
            .header("authorization", format!("Bearer {}", token.to_base64url()))
            .send(self.address)
    }
}
