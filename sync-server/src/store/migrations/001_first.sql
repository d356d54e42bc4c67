-- Everything of a clinic is keyed by (clinic_id, id), and every reference carries the clinic_id, so that a row
-- of one clinic cannot point at a row of another whatever the code above does. Times are seconds since 1970.

CREATE TABLE clinic (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The clinic of nobody: failed sign-ins of unknown addresses are logged under it, so that they cost the server
-- exactly what those of known addresses cost.
INSERT INTO clinic (id, created_at) VALUES (zeroblob(16), 0);

CREATE TABLE account (
    clinic_id BLOB NOT NULL REFERENCES clinic (id),
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    email TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('owner')),
    created_at INTEGER NOT NULL,
    kdf_version INTEGER NOT NULL,
    kdf_salt BLOB NOT NULL CHECK (length(kdf_salt) = 16),
    auth_hash BLOB NOT NULL CHECK (length(auth_hash) = 32),
    recovery_auth_hash BLOB NOT NULL CHECK (length(recovery_auth_hash) = 32),
    mk_by_password BLOB NOT NULL,
    mk_by_recovery BLOB NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_key (
    clinic_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    scan_key BLOB NOT NULL,
    identity_key BLOB,
    PRIMARY KEY (clinic_id, account_id, version),
    FOREIGN KEY (clinic_id, account_id) REFERENCES account (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY NOT NULL CHECK (length(token_hash) = 32),
    clinic_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    FOREIGN KEY (clinic_id, account_id) REFERENCES account (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_account ON session (clinic_id, account_id);

CREATE TABLE scan (
    clinic_id BLOB NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    content_tag BLOB NOT NULL CHECK (length(content_tag) = 32),
    clinic_key_version INTEGER NOT NULL,
    scan_key BLOB NOT NULL,
    identity_key BLOB NOT NULL,
    summary BLOB NOT NULL,
    -- What the quota counts: the reservation until the commit, the true size afterwards.
    reserved_bytes INTEGER NOT NULL CHECK (reserved_bytes >= 0),
    manifest_version INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id),
    FOREIGN KEY (clinic_id, created_by) REFERENCES account (clinic_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    clinic_id BLOB NOT NULL,
    scan_id BLOB NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('geometry', 'coarse', 'frames', 'identity')),
    position INTEGER NOT NULL,
    floe_header BLOB NOT NULL,
    sealed_len INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, scan_id, role),
    FOREIGN KEY (clinic_id, scan_id) REFERENCES scan (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A part is there when its row is there; the file was synced before. The file's name is random, so that two
-- writers of one part cannot overwrite each other: the row decides which of their files is the part.
CREATE TABLE part (
    clinic_id BLOB NOT NULL,
    scan_id BLOB NOT NULL,
    role TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 0),
    len INTEGER NOT NULL CHECK (len > 0),
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    file TEXT NOT NULL,
    PRIMARY KEY (clinic_id, scan_id, role, number),
    FOREIGN KEY (clinic_id, scan_id, role) REFERENCES blob (clinic_id, scan_id, role) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- When a session last had an opening of a scan logged: its parts are one opening, not hundreds.
CREATE TABLE scan_viewing (
    clinic_id BLOB NOT NULL,
    scan_id BLOB NOT NULL,
    session_hash BLOB NOT NULL REFERENCES session (token_hash) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, scan_id, session_hash),
    FOREIGN KEY (clinic_id, scan_id) REFERENCES scan (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX scan_viewing_of_session ON scan_viewing (session_hash);

CREATE TABLE share (
    clinic_id BLOB NOT NULL,
    -- Unique over all clinics: the link's address carries no clinic.
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    scan_id BLOB NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    max_opens INTEGER,
    kdf_version INTEGER,
    kdf_salt BLOB,
    proof_hash BLOB NOT NULL CHECK (length(proof_hash) = 32),
    auth_hash BLOB NOT NULL CHECK (length(auth_hash) = 32),
    scan_key BLOB NOT NULL,
    identity_key BLOB,
    note BLOB NOT NULL,
    PRIMARY KEY (clinic_id, id),
    FOREIGN KEY (clinic_id, scan_id) REFERENCES scan (clinic_id, id) ON DELETE CASCADE,
    FOREIGN KEY (clinic_id, created_by) REFERENCES account (clinic_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX share_of_scan ON share (clinic_id, scan_id);

CREATE TABLE share_opening (
    clinic_id BLOB NOT NULL,
    share_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (clinic_id, share_id, number),
    FOREIGN KEY (clinic_id, share_id) REFERENCES share (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE link_token (
    token_hash BLOB PRIMARY KEY NOT NULL CHECK (length(token_hash) = 32),
    clinic_id BLOB NOT NULL,
    share_id BLOB NOT NULL,
    FOREIGN KEY (clinic_id, share_id) REFERENCES share (clinic_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX link_token_of_share ON link_token (clinic_id, share_id);

CREATE TABLE wrong_link_password (
    id INTEGER PRIMARY KEY,
    clinic_id BLOB NOT NULL,
    share_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (clinic_id, share_id) REFERENCES share (clinic_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX wrong_link_password_of_share ON wrong_link_password (clinic_id, share_id, at);

CREATE TABLE audit_event (
    clinic_id BLOB NOT NULL REFERENCES clinic (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    object TEXT,
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (clinic_id, seq)
) STRICT, WITHOUT ROWID;

-- Who and from where: erasable, the event above keeps only a salted commitment to it.
CREATE TABLE audit_person (
    clinic_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    actor TEXT,
    address TEXT NOT NULL,
    PRIMARY KEY (clinic_id, seq),
    FOREIGN KEY (clinic_id, seq) REFERENCES audit_event (clinic_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_event_keeps_rows BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
CREATE TRIGGER audit_event_keeps_all BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
-- INSERT OR REPLACE would delete without the trigger above; an event may only be the next one.
CREATE TRIGGER audit_event_appends BEFORE INSERT ON audit_event
WHEN NEW.seq != 1 + coalesce((SELECT max(seq) FROM audit_event WHERE clinic_id = NEW.clinic_id), 0)
BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END;
