package media

import "strings"

type rangeVerdict int

const (
	rangeWhole   rangeVerdict = iota // none was asked for, or none that is understood
	rangePart                        // 206
	rangeOutside                     // 416
)

// parseRange reads a Range header. Several ranges get the whole file, as the RFC
// allows (RFC 9110, section 14.2).
func parseRange(header string, size int64) (start, length int64, v rangeVerdict) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !dash || strings.Contains(last, ",") {
		return 0, size, rangeWhole
	}
	if first == "" {
		return suffix(last, size)
	}
	start, err := number(first)
	if err != nil {
		return 0, size, rangeWhole
	}
	end := size - 1
	if last != "" {
		if end, err = number(last); err != nil || end < start {
			return 0, size, rangeWhole
		}
	}
	if start >= size {
		return 0, 0, rangeOutside
	}
	return start, min(end, size-1) - start + 1, rangePart
}

// suffix is a range of so many bytes at the end.
func suffix(n string, size int64) (start, length int64, v rangeVerdict) {
	length, err := number(n)
	if err != nil {
		return 0, size, rangeWhole
	}
	if length == 0 || size == 0 {
		return 0, 0, rangeOutside
	}
	length = min(length, size)
	return size - length, length, rangePart
}
