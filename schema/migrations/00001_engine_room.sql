-- +goose Up

CREATE TABLE agencies (
  id              BINARY(16)       NOT NULL PRIMARY KEY,
  name            VARCHAR(120)     NOT NULL,
  plan            VARCHAR(16)      NOT NULL,
  invitation_days TINYINT UNSIGNED NOT NULL DEFAULT 7,
  created_at      DATETIME(6)      NOT NULL,
  CONSTRAINT agencies_plan CHECK (plan IN ('solo', 'agency')),
  CONSTRAINT agencies_days CHECK (invitation_days BETWEEN 1 AND 30)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- email is as typed, email_key what it is compared by: lower case, IDNA domain.
-- utf8mb4_bin, because the _ci collations hold e and é for one letter.
CREATE TABLE users (
  id                 BINARY(16)   NOT NULL PRIMARY KEY,
  email              VARCHAR(254) NOT NULL,
  email_key          VARCHAR(254) NOT NULL COLLATE utf8mb4_bin,
  full_name          VARCHAR(120) NOT NULL,
  password_hash      VARCHAR(255) NOT NULL DEFAULT '',
  credential_version INT UNSIGNED NOT NULL DEFAULT 1,
  time_zone          VARCHAR(64)  NOT NULL DEFAULT 'Europe/London',
  email_confirmed_at DATETIME(6)  NULL,
  last_signed_in_at  DATETIME(6)  NULL,
  mail_after         DATETIME(6)  NULL,
  created_at         DATETIME(6)  NOT NULL,
  UNIQUE KEY users_email (email_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE members (
  agency_id  BINARY(16)  NOT NULL,
  user_id    BINARY(16)  NOT NULL,
  role       VARCHAR(16) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (agency_id, user_id),
  KEY members_user (user_id),
  CONSTRAINT members_role CHECK (role IN ('owner', 'admin', 'member')),
  CONSTRAINT members_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id),
  CONSTRAINT members_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- cascade_* carry the work that a deletion leaves to the worker.
CREATE TABLE clients (
  id               BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id        BINARY(16)   NOT NULL,
  name             VARCHAR(120) NOT NULL,
  email            VARCHAR(254) NOT NULL DEFAULT '',
  website          VARCHAR(200) NOT NULL DEFAULT '',
  external_id      VARCHAR(120) NULL,
  event_seq        INT UNSIGNED NOT NULL DEFAULT 0,
  created_at       DATETIME(6)  NOT NULL,
  deleted_at       DATETIME(6)  NULL,
  deleted_by       BINARY(16)   NULL,
  cascade_state    VARCHAR(16)  NOT NULL DEFAULT 'none',
  cascade_attempt  INT UNSIGNED NOT NULL DEFAULT 0,
  cascade_due_at   DATETIME(6)  NULL,
  cascade_ring     INT UNSIGNED NOT NULL DEFAULT 0,
  cascade_ring_at  DATETIME(6)  NULL,
  KEY clients_agency (agency_id, name),
  KEY clients_ring (cascade_ring_at),
  UNIQUE KEY clients_external (agency_id, external_id),
  CONSTRAINT clients_cascade CHECK (cascade_state IN ('none', 'queued', 'running', 'done')),
  CONSTRAINT clients_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- email_id is the newest email to this person, the one whose state the list shows.
-- address_generation is the first generation that went to the present address.
CREATE TABLE client_users (
  id                 BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id          BINARY(16)   NOT NULL,
  client_id          BINARY(16)   NOT NULL,
  user_id            BINARY(16)   NULL,
  email              VARCHAR(254) NOT NULL,
  email_key          VARCHAR(254) NOT NULL COLLATE utf8mb4_bin,
  full_name          VARCHAR(120) NOT NULL,
  status             VARCHAR(16)  NOT NULL,
  generation         INT UNSIGNED NOT NULL,
  address_generation INT UNSIGNED NOT NULL,
  invited_by         BINARY(16)   NOT NULL,
  invited_at         DATETIME(6)  NOT NULL,
  expires_at         DATETIME(6)  NOT NULL,
  resend_after       DATETIME(6)  NOT NULL,
  accepted_at        DATETIME(6)  NULL,
  ended_at           DATETIME(6)  NULL,
  ended_by           BINARY(16)   NULL,
  email_id           BINARY(16)   NULL,
  event_seq          INT UNSIGNED NOT NULL DEFAULT 0,
  created_at         DATETIME(6)  NOT NULL,
  UNIQUE KEY client_users_address (client_id, email_key),
  KEY client_users_status (client_id, status),
  KEY client_users_stale (status, expires_at),
  KEY client_users_user (user_id, status),
  CONSTRAINT client_users_status_known CHECK (status IN ('invited', 'active', 'expired', 'revoked', 'deactivated')),
  CONSTRAINT client_users_active_has_user CHECK (status <> 'active' OR user_id IS NOT NULL),
  CONSTRAINT client_users_client_fk FOREIGN KEY (client_id) REFERENCES clients (id),
  CONSTRAINT client_users_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE social_accounts (
  id           BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id    BINARY(16)   NOT NULL,
  client_id    BINARY(16)   NULL,
  network      VARCHAR(16)  NOT NULL,
  handle       VARCHAR(120) NOT NULL,
  connected_at DATETIME(6)  NOT NULL,
  KEY social_accounts_agency (agency_id, client_id),
  KEY social_accounts_client (client_id),
  CONSTRAINT social_accounts_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id),
  CONSTRAINT social_accounts_client_fk FOREIGN KEY (client_id) REFERENCES clients (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE posts (
  id                BINARY(16)    NOT NULL PRIMARY KEY,
  social_account_id BINARY(16)    NOT NULL,
  body              VARCHAR(5000) NOT NULL,
  picture           VARCHAR(120)  NOT NULL DEFAULT '',
  state             VARCHAR(16)   NOT NULL,
  publish_at        DATETIME(6)   NOT NULL,
  created_at        DATETIME(6)   NOT NULL,
  KEY posts_week (social_account_id, publish_at),
  CONSTRAINT posts_state CHECK (state IN ('scheduled', 'published', 'failed')),
  CONSTRAINT posts_account_fk FOREIGN KEY (social_account_id) REFERENCES social_accounts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- due_at is the moment the row next owes something: queued, the send; sending, the end of the
-- claim's lease; held, the moment it is sent again. ring_at is when the relay next looks at it.
-- generation is the client user's generation, or the user's credential version.
CREATE TABLE emails (
  id             BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id      BINARY(16)   NULL,
  kind           VARCHAR(24)  NOT NULL,
  client_user_id BINARY(16)   NULL,
  user_id        BINARY(16)   NULL,
  generation     INT UNSIGNED NOT NULL,
  address        VARCHAR(254) NOT NULL,
  state          VARCHAR(16)  NOT NULL,
  state_at       DATETIME(6)  NOT NULL,
  attempt        INT UNSIGNED NOT NULL DEFAULT 0,
  due_at         DATETIME(6)  NULL,
  ring           INT UNSIGNED NOT NULL DEFAULT 0,
  ring_at        DATETIME(6)  NULL,
  provider_id    VARCHAR(200) NOT NULL DEFAULT '',
  code           VARCHAR(40)  NOT NULL DEFAULT '',
  reason         VARCHAR(255) NOT NULL DEFAULT '',
  created_at     DATETIME(6)  NOT NULL,
  KEY emails_ring (ring_at),
  KEY emails_client_user (client_user_id, state),
  KEY emails_user (user_id),
  CONSTRAINT emails_kind CHECK (kind IN ('invitation', 'invitation_resend', 'confirm_email', 'welcome', 'reset_password')),
  CONSTRAINT emails_subject CHECK ((client_user_id IS NULL) <> (user_id IS NULL)),
  CONSTRAINT emails_state CHECK (state IN ('queued', 'sending', 'held', 'sent', 'delivered', 'delayed',
    'bounced', 'suppressed', 'complained', 'failed', 'cancelled')),
  CONSTRAINT emails_owing CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'sending', 'held'))),
  CONSTRAINT emails_client_user_fk FOREIGN KEY (client_user_id) REFERENCES client_users (id),
  CONSTRAINT emails_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Append-only. No foreign keys: they would share-lock the parents.
CREATE TABLE events (
  id           BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id    BINARY(16)   NOT NULL,
  client_id    BINARY(16)   NOT NULL,
  subject_id   BINARY(16)   NOT NULL,
  sequence     INT UNSIGNED NOT NULL,
  type         VARCHAR(40)  NOT NULL,
  actor_type   VARCHAR(12)  NOT NULL,
  actor_id     BINARY(16)   NULL,
  occurred_at  DATETIME(6)  NOT NULL,
  payload      BLOB         NOT NULL,
  UNIQUE KEY events_subject (subject_id, sequence),
  KEY events_agency (agency_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Only the SHA-256 of the cookie's token is kept. agency_id is the workspace chosen last.
CREATE TABLE sessions (
  token_hash   BINARY(32)   NOT NULL PRIMARY KEY,
  user_id      BINARY(16)   NOT NULL,
  agency_id    BINARY(16)   NULL,
  device       VARCHAR(200) NOT NULL DEFAULT '',
  created_at   DATETIME(6)  NOT NULL,
  last_seen_at DATETIME(6)  NOT NULL,
  expires_at   DATETIME(6)  NOT NULL,
  KEY sessions_user (user_id),
  KEY sessions_expiry (expires_at),
  CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
