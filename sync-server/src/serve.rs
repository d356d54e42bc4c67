//! `sync-server serve`: from settings to a server that answers.

use crate::{
    app::Cuspid,
    config::Config,
    error::Error,
    http::{guard::frame, pace},
    routes,
};
use actix_web::{App, HttpServer, middleware::from_fn, web};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A temporary file this old belongs to no request any more: the slowest allowed upload is over long before.
const ORPHAN_AGE: Duration = DAY;

/// Serves until it is told to stop, then lets running requests end.
///
/// # Errors
/// If the data folder cannot be used or the address cannot be listened on.
pub async fn serve(config: Config) -> Result<(), Error> {
    allow_many_connections();
    let listen = config.listen.clone();
    let settings = config.clone();
    let cuspid = web::Data::new(Cuspid::open(config)?);
    tidy(&cuspid, Duration::ZERO).await?;
    let state = cuspid.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(frame))
            .configure(routes::api)
            .configure(routes::page)
    })
    .on_connect(move |io, data| pace::on_connect(&settings, io, data))
    .backlog(2048)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .shutdown_timeout(20)
    .bind(&listen)?;
    for address in server.addrs() {
        println!("Cuspid answers at http://{address}");
    }
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(DAY).await;
            if let Err(error) = tidy(&cuspid, ORPHAN_AGE).await {
                tracing::error!("the daily tidying failed: {error}");
            }
        }
    });
    Ok(server.run().await?)
}

/// A connection costs two file descriptors, and the usual first limit is 1,024.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!("the limit of open files stays as it was: {error}");
    }
}

/// Removes stale uploads, and files that nothing names and that are older than `min_age`.
async fn tidy(cuspid: &Cuspid, min_age: Duration) -> Result<(), Error> {
    let stale_seconds = i64::from(cuspid.config.stale_upload_days) * DAY.as_secs() as i64;
    let stale = match cuspid
        .store
        .upkeep(cuspid.config.session_max_seconds, stale_seconds)
        .await
    {
        // A full disk is no reason not to start: what is there can be read.
        Err(Error::StorageFull) => Vec::new(),
        other => other?,
    };
    for upload in &stale {
        cuspid.blobs.remove_scan(upload.clinic, upload.scan).await;
    }
    let (removed, missing) = cuspid.blobs.sweep(&cuspid.store, min_age).await?;
    if removed > 0 || !stale.is_empty() {
        tracing::info!(files = removed, uploads = stale.len(), "tidied");
    }
    if missing > 0 {
        tracing::error!(
            parts = missing,
            "parts are recorded that are not on the disk"
        );
    }
    Ok(())
}
