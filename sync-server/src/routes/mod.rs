//! The routes of the API, each in one table: what is not in it is not served, and the tests walk it.
//!
//! - [`accounts`]: sign-up, sign-in, recovery
//! - [`scans`], [`parts`]: what a clinic stores
//! - [`shares`], [`links`]: what it gives away, and to whom
//! - [`audit`]: what happened
//! - [`page`]: the page and its assets

mod accounts;
mod audit;
mod links;
mod page;
mod parts;
mod scans;
mod shares;

pub use page::configure as page;

use crate::{error::Error, http::auth::Signed};
use actix_web::{HttpRequest, HttpResponse, Resource, guard, http::header, web};
use protocol::ErrorCode;
use serde::Serialize;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody; what is asked for decides.
    Public,
    /// Whoever is signed in.
    Session,
    /// Whoever holds the token of an opened link.
    LinkToken,
}

/// One route. `path` is below [`API`].
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// Prefix of all routes of the table.
pub const API: &str = "/api/v1";

macro_rules! routes {
    ($($path:literal { $($method:ident $access:ident => $handler:path),+ $(,)? })+) => {
        /// Every route of the API.
        pub const TABLE: &[Route] = &[
            $($(Route { method: stringify!($method), path: $path, access: Access::$access },)+)+
        ];

        /// Puts every route of the table to service.
        pub fn api(config: &mut web::ServiceConfig) {
            let mut scope = web::scope(API);
            $(
                let resource = web::resource($path)
                    $(.route(web::route().guard(listed(stringify!($method))).to($handler)))+;
                let kept = [$(Access::$access),+].contains(&Access::Session);
                let methods = [$(stringify!($method)),+].join(", ");
                scope = scope.service(refuse_others(resource, kept, methods));
            )+
            config.service(scope.default_service(web::to(nothing_here)));
            config.service(web::scope("/api").default_service(web::to(nothing_here)));
        }
    };
}

routes! {
    "/accounts" { POST Public => accounts::sign_up }
    "/session/kdf" { POST Public => accounts::password_kdf }
    "/session" {
        POST Public => accounts::sign_in,
        GET Session => accounts::session,
        DELETE Session => accounts::sign_out,
    }
    "/recovery" { POST Public => accounts::recovery_keys, PUT Public => accounts::recover }
    "/scans" { POST Session => scans::begin, GET Session => scans::list }
    "/scans/{id}" { GET Session => scans::get, DELETE Session => scans::delete }
    "/scans/{id}/commit" { POST Session => scans::commit }
    "/scans/{id}/parts" { GET Session => parts::list }
    "/scans/{id}/blobs/{role}/parts/{n}" { PUT Session => parts::put, GET Session => parts::get }
    "/shares" { POST Session => shares::create, GET Session => shares::list }
    "/shares/{id}" { DELETE Session => shares::revoke }
    "/links/{id}/probe" { POST Public => links::probe }
    "/links/{id}/open" { POST Public => links::open }
    "/links/{id}/blobs/{role}/parts/{n}" { GET LinkToken => links::part }
    "/audit" { GET Session => audit::page }
}

/// A HEAD is answered as a GET is.
fn listed(method: &'static str) -> impl guard::Guard {
    guard::fn_guard(move |context| {
        let asked = context.head().method.as_str();
        asked == method || (asked == "HEAD" && method == "GET")
    })
}

/// Methods that a resource does not list: 405, but not before the caller may know the resource at all.
fn refuse_others(resource: Resource, kept: bool, methods: String) -> Resource {
    let refusal = move || {
        let mut response = HttpResponse::from_error(Error::Refused(ErrorCode::MethodNotAllowed));
        if let Ok(value) = header::HeaderValue::from_str(&methods) {
            response.headers_mut().insert(header::ALLOW, value);
        }
        response
    };
    match kept {
        true => resource.default_service(web::to(move |_: Signed| std::future::ready(refusal()))),
        false => resource.default_service(web::to(move || std::future::ready(refusal()))),
    }
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(ErrorCode::NotFound.into())
}

/// A JSON answer.
fn json<T: Serialize>(status: u16, value: &T) -> Result<HttpResponse, Error> {
    let status = actix_web::http::StatusCode::from_u16(status)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let body = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(HttpResponse::build(status)
        .content_type("application/json")
        .body(body))
}

/// A segment of the path as a checked type; what is none cannot be there.
fn segment<T: std::str::FromStr>(request: &HttpRequest, name: &str) -> Result<T, Error> {
    let text = request.match_info().get(name);
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| ErrorCode::NotFound.into())
}
