package connect

import (
	"anteroom/internal/keyring"
	"anteroom/schema"
	"anteroom/schema/internal/event"
	"anteroom/schema/internal/store"
)

const columns = `id, agency_id, client_id, network, handle, external_id, status, connected_by_type, connected_by,
	sealed_token, token_expires_at, connected_at, removed_at, event_seq`

// Account locks a social account. Its client is locked before it.
func Account(tx *store.Tx, id schema.AccountID) (a schema.SocialAccount, err error) {
	err = tx.Get(&a, `SELECT `+columns+` FROM social_accounts WHERE id = ? FOR UPDATE`, id)
	return a, err
}

// Save writes the account that a platform's grant is for, assigned to the locked
// client, with its event. Two at once that both find none: the second comes upon
// the unique key and is run again.
func Save(tx *store.Tx, keys *keyring.Ring, client *schema.Client, network string, by schema.Actor, g schema.Grant) (a schema.SocialAccount, err error) {
	err = tx.Get(&a, `SELECT `+columns+` FROM social_accounts WHERE agency_id = ? AND network = ? AND external_id = ? FOR UPDATE`,
		client.AgencyID, network, g.ExternalID)
	found := err == nil
	if !found && schema.KindOf(err) != schema.NotFound {
		return a, err
	}
	free := false
	if found && !a.ClientID.IsZero() && a.ClientID != client.ID {
		if err := tx.Get(&free, `SELECT deleted_at IS NOT NULL FROM clients WHERE id = ?`, a.ClientID); err != nil {
			return a, err
		}
	}
	if !found {
		a = schema.SocialAccount{ID: schema.New[schema.AccountID](), AgencyID: client.AgencyID, Network: network, ExternalID: &g.ExternalID}
	}
	if err := a.Connect(tx.Now, client, by, g, free, keys); err != nil {
		return a, err
	}
	e := schema.NewAccountEvent(schema.SocialAccountConnected, tx.Now, client, &a, by)
	if found {
		err = Update(tx, &a)
	} else {
		err = insert(tx, &a)
	}
	if err != nil {
		return a, err
	}
	return a, event.Append(tx, e)
}

func insert(tx *store.Tx, a *schema.SocialAccount) error {
	_, err := tx.Named(`INSERT INTO social_accounts (`+columns+`) VALUES (:id, :agency_id, :client_id, :network, :handle, :external_id,
		:status, :connected_by_type, :connected_by, :sealed_token, :token_expires_at, :connected_at, :removed_at, :event_seq)`, a)
	return err
}

// Update writes a locked account as it stands now.
func Update(tx *store.Tx, a *schema.SocialAccount) error {
	_, err := tx.Named(`UPDATE social_accounts SET client_id = :client_id, handle = :handle, status = :status,
		connected_by_type = :connected_by_type, connected_by = :connected_by, sealed_token = :sealed_token,
		token_expires_at = :token_expires_at, connected_at = :connected_at, removed_at = :removed_at, event_seq = :event_seq
		WHERE id = :id`, a)
	return err
}
