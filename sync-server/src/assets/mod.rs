//! The page and what it loads: inside the binary, or from a folder while it is being worked on.

mod media;

use crate::{crypto::sha256, error::Error};
use actix_web::web::Bytes;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{collections::HashMap, fs, path::Path};

/// A file that `build.rs` put inside.
struct Embedded {
    name: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const NO_PAGE: &[u8] =
    b"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Cuspid</title>\
<p>This server was built without its page. <code>cargo xtask serve</code> builds both.</p></html>";

/// How an asset's bytes are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Plain,
    Brotli,
    Gzip,
}

impl Encoding {
    /// The `Content-Encoding`, if it is one.
    pub const fn token(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }
}

/// One file of the page.
pub struct Asset {
    pub content_type: &'static str,
    /// The name carries a hash of the content: a browser may keep it for ever.
    pub immutable: bool,
    plain: Body,
    brotli: Option<Body>,
    gzip: Option<Body>,
}

/// Bytes and their entity tag.
#[derive(Clone)]
pub struct Body {
    pub bytes: Bytes,
    pub etag: String,
}

impl Body {
    fn new(bytes: Bytes) -> Self {
        let hash = sha256(&[&bytes]);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash[..16]));
        Self { bytes, etag }
    }
}

impl Asset {
    fn new(name: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        Self {
            content_type: media::content_type(name),
            immutable: media::has_hash(name),
            plain: Body::new(plain),
            brotli: brotli.map(Body::new),
            gzip: gzip.map(Body::new),
        }
    }

    /// The smallest form that the browser takes.
    pub fn for_browser(&self, accept_encoding: &str) -> (Encoding, &Body) {
        let takes = |token| media::accepts(accept_encoding, token);
        match (&self.brotli, &self.gzip) {
            (Some(body), _) if takes("br") => (Encoding::Brotli, body),
            (_, Some(body)) if takes("gzip") => (Encoding::Gzip, body),
            _ => (Encoding::Plain, &self.plain),
        }
    }
}

/// All files of the page, by their path below `/`.
pub struct Assets(HashMap<String, Asset>);

impl Assets {
    /// What is inside the binary.
    pub fn embedded() -> Self {
        let files = EMBEDDED.iter().map(|file| {
            let asset = Asset::new(
                file.name,
                Bytes::from_static(file.plain),
                file.brotli.map(Bytes::from_static),
                file.gzip.map(Bytes::from_static),
            );
            (file.name.to_owned(), asset)
        });
        Self(files.collect()).with_index()
    }

    /// What is in a folder, now.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn from_folder(folder: &Path) -> Result<Self, Error> {
        let mut files = HashMap::new();
        collect(folder, "", &mut files)?;
        let sibling =
            |name: &str, extension: &str| files.get(&format!("{name}.{extension}")).cloned();
        let assets = files
            .iter()
            .filter(|(name, _)| !name.ends_with(".br") && !name.ends_with(".gz"))
            .map(|(name, bytes)| {
                let (brotli, gzip) = (sibling(name, "br"), sibling(name, "gz"));
                (name.clone(), Asset::new(name, bytes.clone(), brotli, gzip))
            })
            .collect();
        Ok(Self(assets).with_index())
    }

    fn with_index(mut self) -> Self {
        self.0
            .entry("index.html".to_owned())
            .or_insert_with(|| Asset::new("index.html", Bytes::from_static(NO_PAGE), None, None));
        self
    }

    pub fn get(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut HashMap<String, Bytes>) -> Result<(), Error> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), files)?,
            false => {
                files.insert(name, Bytes::from(fs::read(entry.path())?));
            }
        }
    }
    Ok(())
}
