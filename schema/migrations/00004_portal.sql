-- +goose Up

-- external_id is what the platform calls the account. What a platform gave to act for
-- it is sealed under the key ring; token_expires_at is set where it ends and can't be
-- renewed. A removed account keeps its row: posts name it.
ALTER TABLE social_accounts
  ADD COLUMN external_id       VARCHAR(190) COLLATE utf8mb4_bin NULL,
  ADD COLUMN status            VARCHAR(16)  NOT NULL DEFAULT 'connected',
  ADD COLUMN connected_by_type VARCHAR(12)  NOT NULL DEFAULT 'user',
  ADD COLUMN connected_by      BINARY(16)   NULL,
  ADD COLUMN sealed_token      BLOB         NULL,
  ADD COLUMN token_expires_at  DATETIME(6)  NULL,
  ADD COLUMN removed_at        DATETIME(6)  NULL,
  ADD COLUMN event_seq         INT UNSIGNED NOT NULL DEFAULT 0,
  ADD UNIQUE KEY social_accounts_external (agency_id, network, external_id),
  ADD CONSTRAINT social_accounts_status CHECK (status IN ('connected', 'removed')),
  ADD CONSTRAINT social_accounts_removed CHECK (status <> 'removed' OR (client_id IS NULL AND sealed_token IS NULL));

-- link is where the published post is to be seen.
ALTER TABLE posts
  ADD COLUMN agency_id  BINARY(16)   NULL,
  ADD COLUMN link       VARCHAR(500) NOT NULL DEFAULT '',
  ADD COLUMN created_by BINARY(16)   NULL,
  ADD COLUMN updated_at DATETIME(6)  NULL;
UPDATE posts SET agency_id = (SELECT s.agency_id FROM social_accounts s WHERE s.id = posts.social_account_id);
ALTER TABLE posts
  MODIFY agency_id BINARY(16) NOT NULL,
  ADD KEY posts_agency (agency_id, publish_at);

-- A file that is whole, in the bucket under blob_key. side says who uploaded it: the
-- client's person or the agency's. name is as typed and never a path. thumb_* carry
-- the making of its thumbnail.
CREATE TABLE media (
  id            BINARY(16)    NOT NULL PRIMARY KEY,
  agency_id     BINARY(16)    NOT NULL,
  client_id     BINARY(16)    NOT NULL,
  uploaded_by   BINARY(16)    NOT NULL,
  side          VARCHAR(8)    NOT NULL,
  name          VARCHAR(255)  NOT NULL,
  type          VARCHAR(32)   NOT NULL,
  size          BIGINT UNSIGNED NOT NULL,
  blob_key      VARCHAR(120)  NOT NULL COLLATE utf8mb4_bin,
  thumb_state   VARCHAR(8)    NOT NULL,
  thumb_key     VARCHAR(120)  NOT NULL DEFAULT '' COLLATE utf8mb4_bin,
  thumb_width   INT UNSIGNED  NOT NULL DEFAULT 0,
  thumb_height  INT UNSIGNED  NOT NULL DEFAULT 0,
  thumb_attempt INT UNSIGNED  NOT NULL DEFAULT 0,
  thumb_due_at  DATETIME(6)   NULL,
  thumb_ring    INT UNSIGNED  NOT NULL DEFAULT 0,
  thumb_ring_at DATETIME(6)   NULL,
  event_seq     INT UNSIGNED  NOT NULL DEFAULT 0,
  created_at    DATETIME(6)   NOT NULL,
  UNIQUE KEY media_blob (blob_key),
  KEY media_agency (agency_id, id),
  KEY media_client (client_id, id),
  KEY media_uploader (uploaded_by, id),
  KEY media_ring (thumb_ring_at),
  CONSTRAINT media_side CHECK (side IN ('client', 'agency')),
  CONSTRAINT media_thumb CHECK (thumb_state IN ('none', 'queued', 'running', 'done', 'failed')),
  CONSTRAINT media_thumb_owing CHECK ((thumb_due_at IS NOT NULL) = (thumb_state IN ('queued', 'running'))),
  CONSTRAINT media_client_fk FOREIGN KEY (client_id) REFERENCES clients (id),
  CONSTRAINT media_user_fk FOREIGN KEY (uploaded_by) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE post_media (
  post_id  BINARY(16)       NOT NULL,
  position TINYINT UNSIGNED NOT NULL,
  media_id BINARY(16)       NOT NULL,
  PRIMARY KEY (post_id, position),
  KEY post_media_media (media_id),
  CONSTRAINT post_media_post_fk FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
  CONSTRAINT post_media_media_fk FOREIGN KEY (media_id) REFERENCES media (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- A file on its way. received is how much of it lies in the parts; media_id is set when
-- it has become a file, so that the uploader can still ask for it.
CREATE TABLE uploads (
  id         BINARY(16)      NOT NULL PRIMARY KEY,
  agency_id  BINARY(16)      NOT NULL,
  client_id  BINARY(16)      NOT NULL,
  user_id    BINARY(16)      NOT NULL,
  side       VARCHAR(8)      NOT NULL,
  name       VARCHAR(255)    NOT NULL,
  size       BIGINT UNSIGNED NOT NULL,
  received   BIGINT UNSIGNED NOT NULL DEFAULT 0,
  media_id   BINARY(16)      NULL,
  created_at DATETIME(6)     NOT NULL,
  expires_at DATETIME(6)     NOT NULL,
  KEY uploads_client (client_id, expires_at),
  KEY uploads_expiry (expires_at),
  CONSTRAINT uploads_side CHECK (side IN ('client', 'agency')),
  CONSTRAINT uploads_received CHECK (received <= size),
  CONSTRAINT uploads_client_fk FOREIGN KEY (client_id) REFERENCES clients (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE upload_parts (
  upload_id BINARY(16)      NOT NULL,
  position  BIGINT UNSIGNED NOT NULL,
  size      BIGINT UNSIGNED NOT NULL,
  blob_key  VARCHAR(120)    NOT NULL COLLATE utf8mb4_bin,
  PRIMARY KEY (upload_id, position),
  UNIQUE KEY upload_parts_blob (blob_key),
  CONSTRAINT upload_parts_fk FOREIGN KEY (upload_id) REFERENCES uploads (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- Somebody on the way to a platform and back. holder is the SHA-256 of the session's
-- token, or of the cookie of a browser that came by a connect link: only who left comes
-- back. verifier is PKCE's, sealed. A row is used once.
CREATE TABLE connects (
  id         BINARY(16)  NOT NULL PRIMARY KEY,
  agency_id  BINARY(16)  NOT NULL,
  client_id  BINARY(16)  NOT NULL,
  user_id    BINARY(16)  NULL,
  generation INT UNSIGNED NOT NULL DEFAULT 0,
  network    VARCHAR(16) NOT NULL,
  holder     BINARY(32)  NOT NULL,
  verifier   BLOB        NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  used_at    DATETIME(6) NULL,
  created_at DATETIME(6) NOT NULL,
  KEY connects_expiry (expires_at),
  CONSTRAINT connects_client_fk FOREIGN KEY (client_id) REFERENCES clients (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

-- connect_generation is the connect link's; zero has none. The link of an older
-- generation is dead.
ALTER TABLE clients
  ADD COLUMN connect_generation INT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN connect_on         BOOLEAN      NOT NULL DEFAULT FALSE;
