//! A small HTTP client that sends exactly what it is told, also what no honest client would send.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// A request, built up header by header.
#[derive(Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// A request as our own page makes it.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self::bare(method, path).header("sec-fetch-site", "same-origin")
    }

    /// A request as a program makes it.
    pub fn bare(method: &str, path: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn json(mut self, value: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(value).unwrap();
        self.header("content-type", "application/json")
    }

    pub fn bytes(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// The head as it goes over the wire, ending the connection after the answer.
    pub fn head(&self, address: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let has = |name: &str| self.headers.iter().any(|(known, _)| known == name);
        if !has("host") {
            head += &format!("host: {address}\r\n");
        }
        let lengthless = has("content-length") || has("transfer-encoding");
        if !lengthless && (!self.body.is_empty() || self.method != "GET") {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += "connection: close\r\n\r\n";
        head.into_bytes()
    }

    /// Sends the request and reads the answer.
    pub fn send(&self, address: SocketAddr) -> Answer {
        self.try_send(address).expect("an answer")
    }

    /// The same, or `None` if the server was gone.
    pub fn try_send(&self, address: SocketAddr) -> Option<Answer> {
        let mut stream = connect(address)?;
        // A server that refuses may close before it has read everything; its answer counts.
        let _ = stream.write_all(&[self.head(address), self.body.clone()].concat());
        Answer::read(&mut stream)
    }
}

pub fn connect(address: SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(120)))
        .ok()?;
    stream
        .set_write_timeout(Some(Duration::from_secs(120)))
        .ok()?;
    Some(stream)
}

impl Answer {
    /// Reads until the server closes; what follows the first answer is none of it. An answer whose body is
    /// shorter than announced is none.
    pub fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(len @ 1..) = stream.read(&mut buffer) {
            bytes.extend_from_slice(&buffer[..len]);
        }
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            body: bytes[end + 4..].to_vec(),
        };
        let announced = answer
            .header("content-length")
            .and_then(|len| len.parse::<usize>().ok());
        match announced {
            Some(len) if answer.body.len() < len && !answer.body.is_empty() => return None,
            Some(len) => answer.body.truncate(len),
            None => {}
        }
        Some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!(
                "{error}: {} {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            )
        })
    }

    /// The `code` of a problem+json answer; empty for any other.
    pub fn code(&self) -> String {
        if self.header("content-type") != Some("application/problem+json") {
            return String::new();
        }
        let problem: protocol::Problem = self.json();
        assert_eq!(problem.status, self.status);
        problem.code.name().to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body[..self.body.len().min(300)])
        );
        self
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.code(), code);
        answer
    }
}
