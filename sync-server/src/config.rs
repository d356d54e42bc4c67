//! What can be set, by flag or by environment. The defaults are the safe ones.

use clap::Args;
use std::path::PathBuf;

/// Settings of `sync-server serve`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "CUSPID_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,

    /// Folder of the database and of the encrypted parts; made if it is not there
    #[arg(long, env = "CUSPID_DATA", default_value = "data")]
    pub data: PathBuf,

    /// Serve the page from this folder instead of the one inside the binary
    #[arg(long, env = "CUSPID_UI")]
    pub ui: Option<PathBuf>,

    /// A TLS proxy stands in front: clients' addresses are the last entry of its X-Forwarded-For, browsers come
    /// over https (HSTS is sent). Never set this without such a proxy
    #[arg(long, env = "CUSPID_TRUST_PROXY")]
    pub trust_proxy: bool,

    /// Bytes that a clinic may store
    #[arg(long, env = "CUSPID_CLINIC_QUOTA", default_value_t = 20 * 1024 * 1024 * 1024)]
    pub clinic_quota: u64,

    /// Seconds without a request after which a session ends
    #[arg(long, env = "CUSPID_SESSION_IDLE_SECONDS", default_value_t = 15 * 60)]
    pub session_idle_seconds: u32,

    /// Seconds after which a session ends in any case
    #[arg(long, env = "CUSPID_SESSION_MAX_SECONDS", default_value_t = 12 * 3600)]
    pub session_max_seconds: u32,

    /// Bytes per second below which an upload is refused
    #[arg(long, env = "CUSPID_UPLOAD_FLOOR", default_value_t = 8 * 1024, value_parser = clap::value_parser!(u64).range(1..))]
    pub upload_floor: u64,

    /// Seconds by which an upload may fall behind that speed
    #[arg(long, env = "CUSPID_UPLOAD_GRACE_SECONDS", default_value_t = 20)]
    pub upload_grace_seconds: u32,

    /// Bytes per second below which the download of a part is cut off
    #[arg(long, env = "CUSPID_DOWNLOAD_FLOOR", default_value_t = 8 * 1024, value_parser = clap::value_parser!(u64).range(1..))]
    pub download_floor: u64,

    /// Seconds by which a download may fall behind that speed. After three times as long without any progress, every
    /// answer is cut off
    #[arg(long, env = "CUSPID_DOWNLOAD_GRACE_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub download_grace_seconds: u32,

    /// Days after which an upload that was not finished is removed
    #[arg(long, env = "CUSPID_STALE_UPLOAD_DAYS", default_value_t = 7)]
    pub stale_upload_days: u32,

    /// Bytes of the disk that parts leave free, so that the database can always write; by default a sixteenth of
    /// the disk, at most 64 MiB
    #[arg(long, env = "CUSPID_KEEP_FREE")]
    pub keep_free: Option<u64>,
}
