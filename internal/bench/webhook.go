package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"anteroom/internal/egress"
	"anteroom/internal/keyring"
	"anteroom/internal/live"
	"anteroom/jobs"
	"anteroom/schema"
	"anteroom/schema/demo"
	"anteroom/schema/system"
	"anteroom/schema/workspace"
	"anteroom/worker"
)

// writers is how many agencies the webhooks' load comes from at most, each with a
// client whose name changes over and over, and endpoints that hear of it.
const writers = 64

// hooks is a worker in this process, a receiver, and agencies that write.
type hooks struct {
	db       *schema.DB
	receiver *arrivals
	spaces   []*workspace.Workspace
	clients  []schema.ClientID
	close    func()
}

// arrivals notes when each delivery arrived, by what it is about.
type arrivals struct {
	n  atomic.Int64
	mu sync.Mutex
	at map[subject]time.Time // nil: nobody asks
}

type subject struct {
	Client   string
	Sequence uint32
}

func (a *arrivals) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	now := time.Now()
	a.n.Add(1)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil {
		return
	}
	var p struct {
		Data struct {
			Sequence uint32              `json:"sequence"`
			Client   struct{ ID string } `json:"client"`
		} `json:"data"`
	}
	if json.NewDecoder(r.Body).Decode(&p) == nil {
		a.at[subject{p.Data.Client.ID, p.Data.Sequence}] = now
	}
}

func openHooks(ctx context.Context, db *schema.DB, redisURL string, endpoints int) (*hooks, error) {
	keys, err := keyring.Parse(keyring.Generate("bench"))
	if err != nil {
		return nil, err
	}
	rdb, err := jobs.OpenRedis(redisURL)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) // lines are written, as in production, and thrown away
	bell := jobs.NewBell(rdb, log)
	db.OnDeliveries(bell.Deliver)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h := &hooks{db: db, receiver: &arrivals{}}
	server := &http.Server{Handler: h.receiver}
	go server.Serve(l)
	if err := h.people(ctx, keys, "http://"+l.Addr().String()+"/", endpoints); err != nil {
		return nil, err
	}
	run, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	w := worker.New(worker.Options{DB: db, Redis: rdb, Bell: bell, Bus: live.New(rdb, log), Keys: keys, Log: log,
		Egress: egress.New(netip.MustParsePrefix("127.0.0.0/8"))})
	go func() { defer close(ended); w.Run(run) }()
	h.close = func() { stop(); <-ended; server.Close(); rdb.Close(); db.OnDeliveries(nil) }
	return h, nil
}

// people makes the agencies, each with its client and its endpoints.
func (h *hooks) people(ctx context.Context, keys *keyring.Ring, url string, endpoints int) error {
	s := system.New(h.db, 0)
	for i := range writers {
		a, _, err := s.CreateAgency(ctx, fmt.Sprintf("Agency %d", i), schema.PlanAgency, "Priya Nair", demo.Owner)
		if err != nil {
			return err
		}
		var owner schema.UserID
		if err := h.db.GetContext(ctx, &owner, `SELECT user_id FROM members WHERE agency_id = ?`, a.ID); err != nil {
			return err
		}
		ws, err := workspace.For(ctx, h.db, owner, a.ID)
		if err != nil {
			return err
		}
		c, err := ws.AddClient(ctx, workspace.ClientForm{Name: "A"})
		if err != nil {
			return err
		}
		h.spaces, h.clients = append(h.spaces, ws), append(h.clients, c.ID)
		for j := range endpoints {
			id, secret := schema.New[schema.EndpointID](), schema.NewEndpointSecret()
			_, err := h.db.ExecContext(ctx, `INSERT INTO webhook_endpoints (id, agency_id, name, url, status, secret, secret_hint, created_by, created_at)
				VALUES (?,?,?,?,'enabled',?,?,?,UTC_TIMESTAMP(6))`, id, a.ID, fmt.Sprint(j), url, schema.SealSecret(keys, id, secret), schema.SecretHint(secret), owner)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// write commits one event of a writer's client.
func (h *hooks) write(ctx context.Context, writer int, n int64) error {
	return h.spaces[writer].EditClient(ctx, h.clients[writer], workspace.ClientForm{Name: fmt.Sprintf("Client %d", n)})
}

func (h *hooks) recorded(ctx context.Context) (n int, err error) {
	err = h.db.GetContext(ctx, &n, `SELECT COUNT(*) FROM webhook_attempts WHERE succeeded`)
	return n, err
}

// settled waits until everything that was written is recorded.
func (h *hooks) settled(ctx context.Context) error {
	for {
		var open int
		if err := h.db.GetContext(ctx, &open, `SELECT COUNT(*) FROM webhook_deliveries WHERE state IN ('queued', 'waiting', 'sending')`); err != nil || open == 0 {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}
