package workspace

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"anteroom/schema"
)

// ClientList is which of the agency's clients a list shows.
type ClientList string

// The lists. Those with trouble are on the first one, too.
const (
	ListPresent   ClientList = ""
	ListAttention ClientList = "attention" // with somebody whose invitation needs a look
	ListDeleted   ClientList = "deleted"
)

// ClientSort is the order of the list.
type ClientSort string

// The orders. Newest first is by when a client was added; on the list of the
// deleted, by when it was deleted.
const (
	SortName   ClientSort = ""
	SortNewest ClientSort = "newest"
	SortPeople ClientSort = "people" // most first
)

// ClientFilter narrows the list of clients. Page counts from 1.
type ClientFilter struct {
	Query string // part of a client's name or website, or of a name or address of its people
	List  ClientList
	Sort  ClientSort
	Page  int
}

// PageSize is how many clients stand on a page.
const PageSize = 50

// ClientPage is a page of the list. Total counts what the filter lets through,
// the others the agency's clients on each list.
type ClientPage struct {
	Rows                     []ClientRow
	Total                    int
	Present, Attention, Gone int
	Page, Pages              int
}

// Clients lists the agency's clients.
func (w *Workspace) Clients(ctx context.Context, f ClientFilter) (p ClientPage, err error) {
	f.Query = strings.TrimSpace(strings.ToValidUTF8(f.Query, ""))
	find := w.findFirst
	switch {
	case f.Query != "":
		find = w.findAll
	case f.Page > 1:
		find = w.findPage
	}
	ids, err := find(ctx, f, &p)
	if err != nil {
		return p, err
	}
	p.Rows, err = w.clientRows(ctx, ids, f.Query)
	return p, err
}

// findAll looks through all clients and people once, and cuts the page out of
// what it found.
func (w *Workspace) findAll(ctx context.Context, f ClientFilter, p *ClientPage) ([]schema.ClientID, error) {
	query, args := w.clientsLike(f)
	ids, err := w.whileCounting(ctx, p, query, args)
	if err != nil {
		return nil, err
	}
	ids = ids[p.turnTo(f.Page, len(ids)):]
	return ids[:min(PageSize, len(ids))], nil
}

// findFirst finds the first page of a list that is not searched, whose length is
// known from the count.
func (w *Workspace) findFirst(ctx context.Context, f ClientFilter, p *ClientPage) ([]schema.ClientID, error) {
	query, args := w.clientsLike(f)
	ids, err := w.whileCounting(ctx, p, query+` LIMIT ?`, append(args, PageSize))
	p.turnTo(1, p.of(f.List))
	return ids, err
}

// findPage finds a later page of such a list.
func (w *Workspace) findPage(ctx context.Context, f ClientFilter, p *ClientPage) (ids []schema.ClientID, err error) {
	if err := w.countLists(ctx, p); err != nil {
		return nil, err
	}
	query, args := w.clientsLike(f)
	err = w.db.SelectContext(ctx, &ids, query+` LIMIT ? OFFSET ?`, append(args, PageSize, p.turnTo(f.Page, p.of(f.List)))...)
	return ids, err
}

// whileCounting reads IDs beside the count: each looks at all of the agency's
// people and takes its time.
func (w *Workspace) whileCounting(ctx context.Context, p *ClientPage, query string, args []any) (ids []schema.ClientID, err error) {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return w.countLists(ctx, p) })
	both.Go(func() error { return w.db.SelectContext(ctx, &ids, query, args...) })
	err = both.Wait()
	return ids, err
}

func (p *ClientPage) of(l ClientList) int {
	return map[ClientList]int{ListPresent: p.Present, ListAttention: p.Attention, ListDeleted: p.Gone}[l]
}

// turnTo goes to a page, or to the last one there is, and says how many clients
// stand before it.
func (p *ClientPage) turnTo(page, total int) int {
	p.Total, p.Pages = total, max(1, (total+PageSize-1)/PageSize)
	p.Page = min(max(1, page), p.Pages)
	return (p.Page - 1) * PageSize
}

func (w *Workspace) countLists(ctx context.Context, p *ClientPage) error {
	return w.db.GetContext(ctx, p, `SELECT COUNT(CASE WHEN c.deleted_at IS NULL THEN 1 END) AS present,
		COUNT(CASE WHEN c.deleted_at IS NOT NULL THEN 1 END) AS gone,
		COUNT(CASE WHEN c.deleted_at IS NULL THEN t.client_id END) AS attention
		FROM clients c LEFT JOIN (`+troubled+`) t ON t.client_id = c.id WHERE c.agency_id = ?`, w.Agency.ID, w.Agency.ID, w.Agency.ID)
}

// troubled are the clients with somebody whose invitation needs a look. What
// needs one is said in words in trouble.go. It begins with the emails, of which
// few are in trouble, and not with the people, of whom many are invited.
const troubled = `SELECT u.client_id FROM client_users u WHERE u.agency_id = ?
		AND (u.status = 'expired' OR u.status = 'invited' AND u.expires_at <= UTC_TIMESTAMP(6))
	UNION SELECT u.client_id FROM emails e STRAIGHT_JOIN client_users u ON u.id = e.client_user_id AND u.email_id = e.id
		WHERE e.agency_id = ? AND u.status = 'invited' AND e.state IN ('bounced', 'complained', 'suppressed', 'failed', 'held')
		AND (e.state <> 'held' OR e.state_at <= UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE)`

// clientsLike is the statement that finds the filter's clients, in its order.
func (w *Workspace) clientsLike(f ClientFilter) (query string, args []any) {
	query = `SELECT c.id FROM clients c`
	if f.List == ListAttention {
		query += ` JOIN (` + troubled + `) t ON t.client_id = c.id`
		args = append(args, w.Agency.ID, w.Agency.ID)
	}
	query += ` WHERE c.agency_id = ? AND c.deleted_at IS ` + map[bool]string{true: `NOT NULL`, false: `NULL`}[f.List == ListDeleted]
	args = append(args, w.Agency.ID)
	if f.Query != "" {
		query += ` AND (c.name LIKE ? OR c.website LIKE ? OR c.id IN (SELECT u.client_id FROM client_users u
			WHERE u.agency_id = ? AND u.status <> 'revoked' AND (` + personLike + `)))`
		args = append(append(args, like(f.Query), like(f.Query), w.Agency.ID), personArgs(f.Query)...)
	}
	return query + ` ORDER BY ` + f.order(), args
}

func (f ClientFilter) order() string {
	switch {
	case f.Sort == SortPeople:
		return `(SELECT COUNT(*) FROM client_users u WHERE u.client_id = c.id AND u.status <> 'revoked') DESC, c.name, c.id`
	case f.Sort == SortNewest && f.List == ListDeleted:
		return `c.deleted_at DESC, c.id DESC`
	case f.Sort == SortNewest:
		return `c.created_at DESC, c.id DESC`
	}
	return `c.name, c.id`
}

// personLike finds a person by part of the name or address.
const personLike = `u.full_name LIKE ? OR u.email_key LIKE ?`

func personArgs(query string) []any { return []any{like(query), like(strings.ToLower(query))} }

func like(query string) string { return "%" + escapeLike.Replace(query) + "%" }

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Client reads one client, deleted or not.
func (w *Workspace) Client(ctx context.Context, id schema.ClientID) (c schema.Client, err error) {
	err = w.db.GetContext(ctx, &c, `SELECT id, agency_id, name, email, website, external_id, created_at, deleted_at, cascade_state,
		erase_state, erase_attempt, erase_due_at, erased_at FROM clients WHERE id = ? AND agency_id = ?`, id, w.Agency.ID)
	return c, missing(err)
}

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return schema.ErrNotFound
	}
	return err
}
