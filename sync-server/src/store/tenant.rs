//! The wall between clinics. A [`Tenant`] comes only from a session or a link token that the store itself found,
//! and a clinic's rows are reached only through a [`TenantTx`], which binds every statement to it.

use super::{Store, now};
use crate::{crypto::ServerKey, error::Error};
use protocol::ClinicId;
use rusqlite::Transaction;
use std::{net::IpAddr, sync::Arc};

/// A clinic whose data the caller was found to have a right to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenant(ClinicId);

impl Tenant {
    /// The clinic of nobody, which logs failed sign-ins of unknown addresses.
    pub(super) const NOBODY: Self = Self(ClinicId::from_bytes([0; 16]));

    pub(super) const fn found(clinic: ClinicId) -> Self {
        Self(clinic)
    }

    pub const fn id(self) -> ClinicId {
        self.0
    }
}

/// Who did something, and from where: what an audit event says of a person.
#[derive(Clone)]
pub struct Who {
    /// E-mail of the account; `None` for somebody who holds a link.
    pub email: Option<String>,
    pub address: IpAddr,
}

/// The store as one clinic sees it.
pub struct ClinicStore {
    store: Store,
    tenant: Tenant,
}

/// A transaction bound to one clinic.
pub(super) struct TenantTx<'a> {
    pub(super) tx: &'a Transaction<'a>,
    pub(super) key: &'a ServerKey,
    pub(super) now: i64,
    tenant: Tenant,
}

impl<'a> TenantTx<'a> {
    pub(super) fn new(tx: &'a Transaction<'a>, key: &'a ServerKey, tenant: Tenant) -> Self {
        let now = now();
        Self {
            tx,
            key,
            now,
            tenant,
        }
    }

    pub(super) fn tenant(&self) -> Tenant {
        self.tenant
    }

    /// The clinic as a statement's parameter: the first one, in each statement.
    pub(super) fn clinic(&self) -> &[u8; 16] {
        self.tenant.0.as_bytes()
    }
}

impl ClinicStore {
    pub(super) fn new(store: Store, tenant: Tenant) -> Self {
        Self { store, tenant }
    }

    pub fn tenant(&self) -> Tenant {
        self.tenant
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&TenantTx) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tenant, key) = (self.tenant, Arc::clone(&self.store.key));
        self.store
            .read(move |tx| work(&TenantTx::new(tx, &key, tenant)))
            .await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&TenantTx) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (tenant, key) = (self.tenant, Arc::clone(&self.store.key));
        self.store
            .write(move |tx| work(&TenantTx::new(tx, &key, tenant)))
            .await
    }
}
