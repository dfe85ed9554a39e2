-- +goose Up

-- logo_hash is the start of the logo's SHA-256: it makes the logo's address new
-- when the logo is. The logo itself is read by that address alone; its size in
-- pixels stands here, because mail programs want to be told it.
ALTER TABLE agencies
  ADD COLUMN reply_to    VARCHAR(254)      NOT NULL DEFAULT '',
  ADD COLUMN reminders   BOOLEAN           NOT NULL DEFAULT TRUE,
  ADD COLUMN logo_hash   BINARY(16)        NULL,
  ADD COLUMN logo_width  SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN logo_height SMALLINT UNSIGNED NOT NULL DEFAULT 0;

CREATE TABLE agency_logos (
  agency_id BINARY(16) NOT NULL PRIMARY KEY,
  png       MEDIUMBLOB NOT NULL,
  CONSTRAINT agency_logos_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- remind_at is when the next reminder is due, NULL when none is. client_users_agency
-- holds all that the list of clients looks at when it searches the agency's people
-- and looks for those in trouble: 20,000 of them in 10 ms instead of 25.
ALTER TABLE client_users
  ADD COLUMN remind_at DATETIME(6) NULL,
  ADD KEY client_users_remind (remind_at),
  ADD KEY client_users_agency (agency_id, status, client_id, expires_at, email_id, full_name, email_key);

ALTER TABLE events ADD KEY events_client (client_id, id);

-- portal_agency_id is the agency whose portal the session goes to.
ALTER TABLE sessions
  ADD COLUMN portal_agency_id BINARY(16) NULL,
  ADD KEY sessions_idle (last_seen_at);

-- An invitation to work at the agency itself. Expired is not a status here: no
-- event depends on it, so expires_at says it.
CREATE TABLE member_invitations (
  id           BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id    BINARY(16)   NOT NULL,
  user_id      BINARY(16)   NULL,
  email        VARCHAR(254) NOT NULL,
  email_key    VARCHAR(254) NOT NULL COLLATE utf8mb4_bin,
  full_name    VARCHAR(120) NOT NULL,
  role         VARCHAR(16)  NOT NULL,
  status       VARCHAR(16)  NOT NULL,
  generation   INT UNSIGNED NOT NULL,
  invited_by   BINARY(16)   NOT NULL,
  invited_at   DATETIME(6)  NOT NULL,
  expires_at   DATETIME(6)  NOT NULL,
  resend_after DATETIME(6)  NOT NULL,
  email_id     BINARY(16)   NULL,
  created_at   DATETIME(6)  NOT NULL,
  UNIQUE KEY member_invitations_address (agency_id, email_key),
  CONSTRAINT member_invitations_role CHECK (role IN ('owner', 'admin', 'member')),
  CONSTRAINT member_invitations_status CHECK (status IN ('invited', 'accepted', 'revoked')),
  CONSTRAINT member_invitations_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- A sign-up is no user yet: it becomes one when its link is used by somebody who
-- knows the password. So nobody learns from signing up whether an address is known.
CREATE TABLE sign_ups (
  id            BINARY(16)   NOT NULL PRIMARY KEY,
  agency_name   VARCHAR(120) NOT NULL,
  full_name     VARCHAR(120) NOT NULL,
  email         VARCHAR(254) NOT NULL,
  email_key     VARCHAR(254) NOT NULL COLLATE utf8mb4_bin,
  password_hash VARCHAR(255) NOT NULL,
  expires_at    DATETIME(6)  NOT NULL,
  used_at       DATETIME(6)  NULL,
  created_at    DATETIME(6)  NOT NULL,
  KEY sign_ups_address (email_key, created_at),
  KEY sign_ups_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

ALTER TABLE emails
  ADD COLUMN member_invitation_id BINARY(16) NULL,
  ADD COLUMN sign_up_id           BINARY(16) NULL,
  ADD KEY emails_member_invitation (member_invitation_id),
  ADD KEY emails_sign_up (sign_up_id),
  ADD KEY emails_agency (agency_id, state),
  ADD CONSTRAINT emails_member_invitation_fk FOREIGN KEY (member_invitation_id) REFERENCES member_invitations (id),
  ADD CONSTRAINT emails_sign_up_fk FOREIGN KEY (sign_up_id) REFERENCES sign_ups (id);
ALTER TABLE emails DROP CONSTRAINT emails_kind;
ALTER TABLE emails DROP CONSTRAINT emails_subject;
ALTER TABLE emails
  ADD CONSTRAINT emails_kind CHECK (kind IN ('invitation', 'invitation_many', 'invitation_resend', 'invitation_reminder',
    'member_invitation', 'sign_up', 'confirm_email', 'welcome', 'reset_password')),
  ADD CONSTRAINT emails_subject CHECK ((client_user_id IS NOT NULL) + (user_id IS NOT NULL)
    + (member_invitation_id IS NOT NULL) + (sign_up_id IS NOT NULL) = 1);

-- A list of people to invite to one client: checked as a draft, then sent line by
-- line. due_at, attempt, ring and ring_at are as in emails.
CREATE TABLE invitation_batches (
  id          BINARY(16)        NOT NULL PRIMARY KEY,
  agency_id   BINARY(16)        NOT NULL,
  client_id   BINARY(16)        NOT NULL,
  created_by  BINARY(16)        NOT NULL,
  state       VARCHAR(16)       NOT NULL,
  total_lines SMALLINT UNSIGNED NOT NULL,
  created_at  DATETIME(6)       NOT NULL,
  started_at  DATETIME(6)       NULL,
  finished_at DATETIME(6)       NULL,
  attempt     INT UNSIGNED      NOT NULL DEFAULT 0,
  due_at      DATETIME(6)       NULL,
  ring        INT UNSIGNED      NOT NULL DEFAULT 0,
  ring_at     DATETIME(6)       NULL,
  KEY invitation_batches_ring (ring_at),
  KEY invitation_batches_client (client_id, created_at),
  KEY invitation_batches_drafts (state, created_at),
  CONSTRAINT invitation_batches_state CHECK (state IN ('draft', 'queued', 'running', 'done')),
  CONSTRAINT invitation_batches_owing CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'running'))),
  CONSTRAINT invitation_batches_client_fk FOREIGN KEY (client_id) REFERENCES clients (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- full_name and email are as they stood on the list, good or not; email_key is
-- empty for an address that can't be one.
CREATE TABLE invitation_batch_lines (
  batch_id       BINARY(16)        NOT NULL,
  line           SMALLINT UNSIGNED NOT NULL,
  full_name      VARCHAR(255)      NOT NULL,
  email          VARCHAR(320)      NOT NULL,
  email_key      VARCHAR(254)      NOT NULL COLLATE utf8mb4_bin,
  state          VARCHAR(16)       NOT NULL,
  code           VARCHAR(40)       NOT NULL DEFAULT '',
  reason         VARCHAR(255)      NOT NULL DEFAULT '',
  client_user_id BINARY(16)        NULL,
  email_id       BINARY(16)        NULL,
  PRIMARY KEY (batch_id, line),
  KEY invitation_batch_lines_state (batch_id, state, line),
  KEY invitation_batch_lines_address (batch_id, email_key),
  CONSTRAINT invitation_batch_lines_state_known CHECK (state IN ('pending', 'omitted', 'invited', 'skipped', 'refused')),
  CONSTRAINT invitation_batch_lines_batch_fk FOREIGN KEY (batch_id) REFERENCES invitation_batches (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
