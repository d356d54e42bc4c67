//! The page, its assets, and the addresses at which the page starts.

use crate::{app::Cuspid, assets::Asset};
use actix_web::{
    HttpRequest, HttpResponse, guard,
    http::{StatusCode, header},
    web,
};
use protocol::ShareId;

type App = web::Data<Cuspid>;

/// Addresses that the page itself tells apart.
const PAGES: &[&str] = &[
    "/", "/sign-in", "/sign-up", "/recover", "/scans", "/links", "/audit",
];

/// Everything that is not the API.
pub fn configure(config: &mut web::ServiceConfig) {
    for path in PAGES {
        config.route(path, reading().to(index));
    }
    config
        .route("/s/{id:.*}", reading().to(shared))
        .default_service(web::to(asset));
}

fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn index(app: App, request: HttpRequest) -> HttpResponse {
    match app.assets.get("index.html") {
        Some(asset) => answer(asset, &request),
        None => plain(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    }
}

/// The page of a link. A fragment that arrives inside the path (a `#` that somebody's program turned into `%23`)
/// carries the link's secret: it is refused, and nothing of it is kept.
async fn shared(app: App, request: HttpRequest) -> HttpResponse {
    let id: Result<ShareId, _> = request.match_info().query("id").parse();
    match id {
        Ok(_) => index(app, request).await,
        Err(_) => plain(
            StatusCode::BAD_REQUEST,
            "This link was changed on its way. Copy it again, whole, and open it in the browser's address bar.\n",
        ),
    }
}

async fn asset(app: App, request: HttpRequest) -> HttpResponse {
    let found = app.assets.get(request.path().trim_start_matches('/'));
    match found {
        Some(asset) if request.method().is_safe() => answer(asset, &request),
        Some(_) => plain(
            StatusCode::METHOD_NOT_ALLOWED,
            "Only GET and HEAD work here.\n",
        ),
        None => plain(StatusCode::NOT_FOUND, "There is nothing here.\n"),
    }
}

fn plain(status: StatusCode, text: &'static str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; charset=utf-8")
        .body(text)
}

fn answer(asset: &Asset, request: &HttpRequest) -> HttpResponse {
    let text = |name| {
        let value = request.headers().get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    };
    let (encoding, body) = asset.for_browser(text(header::ACCEPT_ENCODING));
    let keeps = text(header::IF_NONE_MATCH)
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == body.etag);
    let mut response = match keeps {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::ETAG, body.etag.clone()))
        .insert_header((
            header::CACHE_CONTROL,
            match asset.immutable {
                true => "public, max-age=31536000, immutable",
                false => "no-cache",
            },
        ));
    if keeps {
        return response.finish();
    }
    if let Some(token) = encoding.token() {
        response.insert_header((header::CONTENT_ENCODING, token));
    }
    response
        .content_type(asset.content_type)
        .body(body.bytes.clone())
}
