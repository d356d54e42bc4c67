//! Token buckets against guessing and flooding. They live in memory: a restart fills them, and each of several
//! servers has its own. What must outlast that (wrong passwords of a link) is counted in the store.

use crate::{crypto::sha256, error::Error};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// More keys than this and full buckets are forgotten.
const MANY: usize = 10_000;

/// Attempts for each key: `burst` at once, one more every `refill_seconds`.
pub struct Buckets {
    burst: f64,
    refill_seconds: f64,
    levels: Mutex<HashMap<[u8; 32], (f64, Instant)>>,
}

impl Buckets {
    pub fn new(burst: u32, refill_seconds: f64) -> Self {
        Self {
            burst: f64::from(burst),
            refill_seconds,
            levels: Mutex::default(),
        }
    }

    /// Takes one attempt of `key`, which is kept only as a hash.
    ///
    /// # Errors
    /// [`Error::Wait`] with the seconds until there is one.
    pub fn take(&self, key: &str, now: Instant) -> Result<(), Error> {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if levels.len() > MANY {
            levels.retain(|_, (level, at)| self.level(*level, *at, now) < self.burst);
        }
        let (level, at) = levels
            .entry(sha256(&[key.as_bytes()]))
            .or_insert((self.burst, now));
        *level = self.level(*level, *at, now);
        *at = now;
        if *level >= 1.0 {
            *level -= 1.0;
            return Ok(());
        }
        let seconds = ((1.0 - *level) * self.refill_seconds).ceil().max(1.0);
        Err(Error::Wait(seconds as u32))
    }

    /// Gives an attempt back that turned out to be rightful.
    pub fn give_back(&self, key: &str) {
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((level, _)) = levels.get_mut(&sha256(&[key.as_bytes()])) {
            *level = (*level + 1.0).min(self.burst);
        }
    }

    fn level(&self, level: f64, at: Instant, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(at).as_secs_f64() / self.refill_seconds;
        (level + gained).min(self.burst)
    }
}

/// The buckets of the routes that can be guessed at.
pub struct RateLimits {
    pub sign_in_by_account: Buckets,
    pub recovery_by_account: Buckets,
    pub sign_in_by_address: Buckets,
    pub sign_up_by_address: Buckets,
    pub kdf_by_address: Buckets,
    pub link_by_address: Buckets,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            sign_in_by_account: Buckets::new(10, 60.0),
            recovery_by_account: Buckets::new(10, 60.0),
            sign_in_by_address: Buckets::new(30, 10.0),
            sign_up_by_address: Buckets::new(60, 60.0),
            kdf_by_address: Buckets::new(120, 1.0),
            link_by_address: Buckets::new(240, 0.5),
        }
    }
}

/// Who counts as one client: an IPv4 address, or the /64 in which an IPv6 host picks its addresses freely.
pub fn client_group(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_refuses_after_its_burst_and_refills() {
        let buckets = Buckets::new(2, 10.0);
        let start = Instant::now();
        assert!(buckets.take("a", start).is_ok());
        assert!(buckets.take("a", start).is_ok());
        assert!(matches!(buckets.take("a", start), Err(Error::Wait(10))));
        assert!(buckets.take("b", start).is_ok());
        let later = start + Duration::from_secs(4);
        assert!(matches!(buckets.take("a", later), Err(Error::Wait(6))));
        assert!(buckets.take("a", start + Duration::from_secs(11)).is_ok());
    }

    #[test]
    fn an_attempt_given_back_can_be_taken_again() {
        let buckets = Buckets::new(1, 10.0);
        let now = Instant::now();
        assert!(buckets.take("a", now).is_ok());
        buckets.give_back("a");
        assert!(buckets.take("a", now).is_ok());
        assert!(buckets.take("a", now).is_err());
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let group = |text: &str| text.parse().map(client_group);
        assert_eq!(group("2001:db8::1"), group("2001:db8::ffff:1:2:3"));
        assert_ne!(group("2001:db8::1"), group("2001:db8:0:1::1"));
        assert_eq!(group("::ffff:10.0.0.1"), group("10.0.0.1"));
        assert_ne!(group("10.0.0.1"), group("10.0.0.2"));
    }
}
