//! What a file's name and a browser's `Accept-Encoding` say.

/// The media type by the name's extension.
pub(super) fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the name carries the hash of its content: eight or more hexadecimal digits between separators, as in
/// `app-0123456789abcdef.js`.
pub(super) fn has_hash(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, _)) = file.rsplit_once('.') else {
        return false;
    };
    stem.split(['-', '.', '_'])
        .skip(1)
        .any(|piece| piece.len() >= 8 && piece.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether an `Accept-Encoding` takes an encoding (RFC 9110 section 12.5.3, without the wildcard).
pub(super) fn accepts(header: &str, token: &str) -> bool {
    header.split(',').any(|item| {
        let mut pieces = item.split(';').map(str::trim);
        let named = pieces
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(token));
        let refused = pieces.any(|parameter| {
            parameter
                .strip_prefix("q=")
                .and_then(|q| q.parse::<f32>().ok())
                .is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(has_hash("page-0a1b2c3d4e5f6071.wasm"));
        assert!(has_hash("js/worker.0a1b2c3d.js"));
        assert!(!has_hash("index.html"));
        assert!(!has_hash("manifest.webmanifest"));
        assert!(!has_hash("icon-192.png"));
        assert!(!has_hash("deadbeef.js"));
    }

    #[test]
    fn encodings_are_taken_only_when_offered() {
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
