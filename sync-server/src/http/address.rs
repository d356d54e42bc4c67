//! The client's address: the socket's, unless a proxy is trusted to say.

use crate::app::Cuspid;
use actix_web::{HttpRequest, web};
use std::net::{IpAddr, Ipv4Addr};

/// Address of the client. `X-Forwarded-For` counts only with `--trust-proxy`, and then only its last entry, which
/// is the one that the proxy wrote.
pub fn client_address(request: &HttpRequest) -> IpAddr {
    let trusts = request
        .app_data::<web::Data<Cuspid>>()
        .is_some_and(|cuspid| cuspid.config.trust_proxy);
    let forwarded = || {
        let last = request.headers().get_all("x-forwarded-for").last()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || request.peer_addr().map(|address| address.ip());
    trusts
        .then(forwarded)
        .flatten()
        .or_else(peer)
        .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
        .to_canonical()
}
