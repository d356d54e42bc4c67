//! HTTP on one connection, as plainly as it goes, so that the client costs little.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// One kept-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
}

impl Connection {
    pub fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(256 * 1024, stream),
            address: address.to_owned(),
        })
    }

    /// One request; the answer's head, and its body's length. The body itself is thrown away.
    pub fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<&[u8]>,
        expected: u16,
    ) -> io::Result<(String, usize)> {
        let len = body.map(|body| format!("content-length: {}\r\n", body.len()));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\n{headers}{}\r\n",
            self.address,
            len.unwrap_or_default()
        );
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.unwrap_or_default())?;
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut answer)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = answer.split(' ').nth(1).unwrap_or_default();
        if status != expected.to_string() {
            return Err(io::Error::other(format!("{method} {path}: {status}")));
        }
        let header = |name: &str| {
            let mut lines = answer.lines().filter_map(|line| line.split_once(':'));
            lines
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim())
        };
        let len: u64 = header("content-length")
            .and_then(|len| len.parse().ok())
            .unwrap_or(0);
        let read = io::copy(&mut (&mut self.stream).take(len), &mut io::sink())?;
        match read == len {
            true => Ok((answer, len as usize)),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
