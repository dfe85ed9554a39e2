package batch

import (
	"context"
	"fmt"
	"strings"

	"anteroom/schema"
	"anteroom/schema/workspace"
	"anteroom/web/page"
	"anteroom/web/workspace/desk"
)

// few is how many people are named below the lines; of more there are numbers.
const few = 5

// Why nobody was invited from a line: of one person, and said alone.
var (
	leftOut = map[string]string{"already_invited": "was already invited", "already_active": "already has access",
		"invitation_expired": "has an invitation that expired", schema.CodeDuplicate: "stands on the list twice", "omitted": "was taken off"}
	leftAlone = map[string]string{"already_invited": "Already invited", "already_active": "Already has access",
		"invitation_expired": "Has an invitation that expired", schema.CodeDuplicate: "Stands on an earlier line", "omitted": "Taken off the list"}
	// of several
	leftMany = map[string]string{"already_invited": "already invited", "already_active": "with access already",
		"invitation_expired": "with an invitation that expired", schema.CodeDuplicate: "on the list twice", "omitted": "taken off"}
)

func codeOf(state schema.LineState, code string) string {
	if state == schema.LineOmitted {
		return "omitted"
	}
	return code
}

// foot says below the lines who was left out and why.
func (d *sentPage) foot(ctx context.Context, ws *workspace.Workspace) error {
	left, err := ws.LeftOut(ctx, d.ID)
	if err != nil || len(left) == 0 {
		return err
	}
	total := 0
	for _, l := range left {
		total += l.Count
	}
	if d.Hidden = total; total > few {
		d.Foot = inNumbers(left)
		return nil
	}
	lines, err := ws.SentLines(ctx, d.ID, workspace.LineFilter{Left: true})
	d.Foot, d.Hidden = byName(lines.Lines), 0
	return err
}

func byName(lines []workspace.SentLine) (out []string) {
	var passed, refused []string
	for _, l := range lines {
		who := l.FullName
		if who == "" {
			who = fmt.Sprintf("Line %d", l.Number)
		}
		if l.State == schema.LineRefused {
			refused = append(refused, fmt.Sprintf("Line %d, %s: %s", l.Number, who, desk.Clause(l.Reason)))
		} else {
			passed = append(passed, who+" "+leftOut[codeOf(l.State, l.Code)])
		}
	}
	if len(passed) > 0 {
		out = append(out, page.Plural(len(passed), "line was", "lines were")+" left out: "+strings.Join(passed, ", ")+".")
	}
	for _, r := range refused {
		out = append(out, r+".")
	}
	return out
}

func inNumbers(left []workspace.LeftOut) (out []string) {
	var passed []string
	n := 0
	for _, l := range left {
		if l.State == schema.LineRefused {
			out = append(out, page.Plural(l.Count, "line was", "lines were")+" not invited: "+desk.Clause(l.Reason)+".")
			continue
		}
		n += l.Count
		passed = append(passed, fmt.Sprintf("%d %s", l.Count, leftMany[codeOf(l.State, l.Code)]))
	}
	if n > 0 {
		out = append([]string{page.Plural(n, "line was", "lines were") + " left out: " + strings.Join(passed, ", ") + "."}, out...)
	}
	return out
}
