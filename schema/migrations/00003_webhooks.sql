-- +goose Up

-- Where an agency's events go. types are separated by spaces; empty means all of
-- them, those to come too. Secrets are sealed under the key ring. failures counts
-- those in a row, failing_since is the first of them, notices how many mails the
-- owners got about them. free_at is when the rate allows the next delivery. ring_at
-- is when the relay looks at the endpoint: set while deliveries wait for room.
CREATE TABLE webhook_endpoints (
  id               BINARY(16)        NOT NULL PRIMARY KEY,
  agency_id        BINARY(16)        NOT NULL,
  name             VARCHAR(120)      NOT NULL,
  url              VARCHAR(2000)     NOT NULL,
  types            VARCHAR(1000)     NOT NULL DEFAULT '',
  rate_per_minute  INT UNSIGNED      NOT NULL DEFAULT 0,
  status           VARCHAR(16)       NOT NULL,
  disabled_reason  VARCHAR(16)       NOT NULL DEFAULT '',
  disabled_at      DATETIME(6)       NULL,
  secret           VARBINARY(200)    NOT NULL,
  secret_hint      CHAR(4)           NOT NULL,
  old_secret       VARBINARY(200)    NULL,
  old_secret_until DATETIME(6)       NULL,
  failures         INT UNSIGNED      NOT NULL DEFAULT 0,
  failing_since    DATETIME(6)       NULL,
  notices          TINYINT UNSIGNED  NOT NULL DEFAULT 0,
  last_success_at  DATETIME(6)       NULL,
  free_at          DATETIME(6)       NULL,
  event_seq        INT UNSIGNED      NOT NULL DEFAULT 0,
  ring             INT UNSIGNED      NOT NULL DEFAULT 0,
  ring_at          DATETIME(6)       NULL,
  created_by       BINARY(16)        NOT NULL,
  created_at       DATETIME(6)       NOT NULL,
  KEY webhook_endpoints_agency (agency_id, status),
  KEY webhook_endpoints_ring (ring_at),
  KEY webhook_endpoints_failing (failing_since),
  KEY webhook_endpoints_told (status, notices),
  CONSTRAINT webhook_endpoints_status CHECK (status IN ('enabled', 'disabled', 'deleted')),
  CONSTRAINT webhook_endpoints_reason CHECK (disabled_reason IN ('', 'manual', 'failing', 'gone')),
  CONSTRAINT webhook_endpoints_disabled CHECK ((status = 'disabled') = (disabled_reason <> '')),
  CONSTRAINT webhook_endpoints_agency_fk FOREIGN KEY (agency_id) REFERENCES agencies (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One per endpoint and event, written with the event. event_id is the webhook-id;
-- a test has one of its own and its body here, all others send the event's. Event
-- IDs ascend, so the unique key is the order of the log too. attempt numbers the
-- claims, tries the attempts that count of the present run through the schedule.
-- due_at is the moment it next owes something: queued, the attempt; waiting, since
-- when it waits for room at its endpoint; sending, the end of the claim's lease. No
-- foreign keys: they would share-lock the endpoint under those who claim.
CREATE TABLE webhook_deliveries (
  id          BINARY(16)        NOT NULL PRIMARY KEY,
  agency_id   BINARY(16)        NOT NULL,
  endpoint_id BINARY(16)        NOT NULL,
  event_id    BINARY(16)        NOT NULL,
  type        VARCHAR(40)       NOT NULL,
  test        BOOLEAN           NOT NULL DEFAULT FALSE,
  payload     BLOB              NULL,
  state       VARCHAR(16)       NOT NULL,
  state_at    DATETIME(6)       NOT NULL,
  attempt     INT UNSIGNED      NOT NULL DEFAULT 0,
  tries       TINYINT UNSIGNED  NOT NULL DEFAULT 0,
  due_at      DATETIME(6)       NULL,
  ring_at     DATETIME(6)       NULL,
  status_code SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  error_class VARCHAR(16)       NOT NULL DEFAULT '',
  created_at  DATETIME(6)       NOT NULL,
  UNIQUE KEY webhook_deliveries_event (endpoint_id, event_id),
  KEY webhook_deliveries_lane (endpoint_id, state, due_at),
  KEY webhook_deliveries_ring (ring_at),
  CONSTRAINT webhook_deliveries_state CHECK (state IN ('queued', 'waiting', 'sending', 'succeeded', 'failed', 'held', 'skipped', 'cancelled')),
  CONSTRAINT webhook_deliveries_owing CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'waiting', 'sending')))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- One per try. The body that was sent is the event's, or the test's, and stands
-- there. Times in microseconds.
CREATE TABLE webhook_attempts (
  delivery_id      BINARY(16)        NOT NULL,
  attempt          INT UNSIGNED      NOT NULL,
  endpoint_id      BINARY(16)        NOT NULL,
  started_at       DATETIME(6)       NOT NULL,
  succeeded        BOOLEAN           NOT NULL,
  ambiguous        BOOLEAN           NOT NULL DEFAULT FALSE,
  error_class      VARCHAR(16)       NOT NULL DEFAULT '',
  error_text       VARCHAR(500)      NOT NULL DEFAULT '',
  url              VARCHAR(2000)     NOT NULL,
  address          VARCHAR(64)       NOT NULL DEFAULT '',
  request_headers  BLOB              NOT NULL,
  status_code      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  response_headers BLOB              NULL,
  response_body    BLOB              NULL,
  response_cut     BOOLEAN           NOT NULL DEFAULT FALSE,
  dns_us           INT UNSIGNED      NOT NULL DEFAULT 0,
  connect_us       INT UNSIGNED      NOT NULL DEFAULT 0,
  tls_us           INT UNSIGNED      NOT NULL DEFAULT 0,
  first_byte_us    INT UNSIGNED      NOT NULL DEFAULT 0,
  total_us         INT UNSIGNED      NOT NULL DEFAULT 0,
  PRIMARY KEY (delivery_id, attempt),
  KEY webhook_attempts_endpoint (endpoint_id, started_at, succeeded, total_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- A replay of many deliveries of one endpoint, done in batches: of those that failed,
-- of those that were held while it was disabled, or the skipping of these. delivery_id
-- is how far it is: they are taken in the order of their IDs. due_at, attempt, ring and ring_at are as in emails.
CREATE TABLE webhook_replays (
  id          BINARY(16)   NOT NULL PRIMARY KEY,
  agency_id   BINARY(16)   NOT NULL,
  endpoint_id BINARY(16)   NOT NULL,
  kind        VARCHAR(16)  NOT NULL,
  from_at     DATETIME(6)  NULL,
  until_at    DATETIME(6)  NOT NULL,
  state       VARCHAR(16)  NOT NULL,
  total       INT UNSIGNED NOT NULL,
  done        INT UNSIGNED NOT NULL DEFAULT 0,
  delivery_id BINARY(16)   NULL,
  attempt     INT UNSIGNED NOT NULL DEFAULT 0,
  due_at      DATETIME(6)  NULL,
  ring        INT UNSIGNED NOT NULL DEFAULT 0,
  ring_at     DATETIME(6)  NULL,
  created_by  BINARY(16)   NOT NULL,
  created_at  DATETIME(6)  NOT NULL,
  finished_at DATETIME(6)  NULL,
  KEY webhook_replays_ring (ring_at),
  KEY webhook_replays_endpoint (endpoint_id, created_at),
  CONSTRAINT webhook_replays_kind CHECK (kind IN ('failed', 'held', 'skip')),
  CONSTRAINT webhook_replays_state CHECK (state IN ('queued', 'running', 'done')),
  CONSTRAINT webhook_replays_owing CHECK ((due_at IS NOT NULL) = (state IN ('queued', 'running')))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Events about an endpoint belong to no client. One whose client was erased holds no
-- name or address any more and is not sent again.
ALTER TABLE events
  MODIFY client_id BINARY(16) NULL,
  ADD COLUMN erased_at DATETIME(6) NULL;

-- endpoint_id: the endpoint that a mail to an owner is about. unsuppress: the worker
-- takes the address off the provider's suppression lists before it sends. provider_at
-- is the moment of the provider's event that set the state, retry_at when the provider
-- tries a delayed mail again.
ALTER TABLE emails
  ADD COLUMN endpoint_id BINARY(16)  NULL,
  ADD COLUMN unsuppress  BOOLEAN     NOT NULL DEFAULT FALSE,
  ADD COLUMN provider_at DATETIME(6) NULL,
  ADD COLUMN retry_at    DATETIME(6) NULL;
ALTER TABLE emails DROP CONSTRAINT emails_kind;
ALTER TABLE emails
  ADD CONSTRAINT emails_kind CHECK (kind IN ('invitation', 'invitation_many', 'invitation_resend', 'invitation_reminder',
    'member_invitation', 'sign_up', 'confirm_email', 'welcome', 'reset_password',
    'endpoint_failing', 'endpoint_warning', 'endpoint_disabled')),
  ADD CONSTRAINT emails_endpoint CHECK (endpoint_id IS NULL OR user_id IS NOT NULL);

-- Tokens of the provider's webhooks that were taken; a second one has no effect. Only
-- their SHA-256 is kept.
CREATE TABLE mailgun_tokens (
  token_hash BINARY(32)  NOT NULL PRIMARY KEY,
  seen_at    DATETIME(6) NOT NULL,
  KEY mailgun_tokens_seen (seen_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- erase_* carry the erasing of a deleted client, due at once or later.
ALTER TABLE clients
  ADD COLUMN erase_state   VARCHAR(16)  NOT NULL DEFAULT 'none',
  ADD COLUMN erase_by      BINARY(16)   NULL,
  ADD COLUMN erase_attempt INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN erase_due_at  DATETIME(6)  NULL,
  ADD COLUMN erase_ring    INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN erase_ring_at DATETIME(6)  NULL,
  ADD COLUMN erased_at     DATETIME(6)  NULL,
  ADD KEY clients_erase_ring (erase_ring_at),
  ADD CONSTRAINT clients_erase CHECK (erase_state IN ('none', 'queued', 'running', 'done'));
