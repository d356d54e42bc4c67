//! The frame around every request: other sites are refused, headers are set, one line is logged. The line names
//! the route's template, never a path, a query or a body: ids and mistyped fragments are in those.

use crate::{app::Cuspid, error::Error};
use actix_web::{
    HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use protocol::ErrorCode;
use std::time::Instant;

/// What the page may do: run its own scripts and wasm, talk to its own server, show its own pixels.
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// What an answer of the API may do if somebody shows it as a page: nothing.
const API_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const EVERYWHERE: [(HeaderName, &str); 5] = [
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_EMBEDDER_POLICY, "require-corp"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// The middleware.
pub async fn frame(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let start = Instant::now();
    let is_api = request.path() == "/api" || request.path().starts_with("/api/");
    let over_tls = trusts_proxy(request.request());
    let mut response = if is_api && !request.method().is_safe() && !same_site(request.request()) {
        let refusal = Error::Refused(ErrorCode::CrossSite).error_response();
        request.into_response(refusal)
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    set_headers(response.headers_mut(), is_api, over_tls);
    let asked = response.request();
    tracing::info!(
        method = asked.method().as_str(),
        route = asked.match_pattern().as_deref().unwrap_or("none"),
        status = response.status().as_u16(),
        ms = start.elapsed().as_millis() as u64,
        "request"
    );
    Ok(response)
}

fn trusts_proxy(request: &HttpRequest) -> bool {
    request
        .app_data::<web::Data<Cuspid>>()
        .is_some_and(|cuspid| cuspid.config.trust_proxy)
}

/// Whether a request that changes something comes from our own page: the browser says so, or its Origin is ours.
fn same_site(request: &HttpRequest) -> bool {
    let text = |name: &str| request.headers().get(name)?.to_str().ok();
    if let Some(site) = request.headers().get("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text("origin"), text("host")) else {
        return false;
    };
    let scheme = match trusts_proxy(request) {
        true => "https://",
        false => "http://",
    };
    origin.strip_prefix(scheme) == Some(host)
}

fn set_headers(headers: &mut HeaderMap, is_api: bool, over_tls: bool) {
    for (name, value) in EVERYWHERE {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = if is_api { API_POLICY } else { PAGE_POLICY };
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if over_tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
    }
}
