package webhook

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const userAgent = "Anteroom-Webhooks/1"

// sign makes the headers of an attempt that starts now. Those of Standard Webhooks
// are sent in lower case, as its specification writes them.
func sign(r Request, now time.Time) (http.Header, error) {
	if len(r.Secrets) == 0 {
		return nil, errors.New("webhook: no secret to sign with")
	}
	signatures := make([]string, len(r.Secrets))
	for i, secret := range r.Secrets {
		if strings.TrimPrefix(secret, "whsec_") == "" { // the library would sign with no key
			return nil, errors.New("webhook: an empty secret")
		}
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, errors.New("webhook: a secret is not base64") // err may quote it
		}
		if signatures[i], err = w.Sign(r.EventID, now, r.Body); err != nil {
			return nil, err
		}
	}
	h := http.Header{
		"Content-Type":                          {"application/json"},
		"User-Agent":                            {userAgent},
		"Accept-Encoding":                       {"gzip"},
		standardwebhooks.HeaderWebhookID:        {r.EventID},
		standardwebhooks.HeaderWebhookTimestamp: {strconv.FormatInt(now.Unix(), 10)},
		standardwebhooks.HeaderWebhookSignature: {strings.Join(signatures, " ")},
	}
	if r.Attempt > 0 {
		h["anteroom-attempt"] = []string{strconv.Itoa(r.Attempt)}
	}
	return h, nil
}

// sentHeaders are a request's headers as net/http sends them, for the log.
func sentHeaders(r *http.Request) map[string]string {
	out := make(map[string]string, len(r.Header)+3)
	for name, values := range r.Header {
		out[name] = strings.Join(values, ", ")
	}
	out["Host"], out["Content-Length"] = r.URL.Host, strconv.FormatInt(r.ContentLength, 10)
	return out
}
