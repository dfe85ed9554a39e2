# One static binary on an empty image. No shell in it, and no package to patch.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# timetzdata: people's time zones are inside the binary.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags timetzdata,nodynamic -ldflags='-s -w' -o /out/anteroom ./cmd/anteroom \
    && mkdir -m 1777 /out/tmp
# What a new volume mounted there takes over: it is the user's below.
RUN mkdir -p /out-data/anteroom/media && chown -R 65532:65532 /out-data/anteroom

# A static wget, for health checks from inside.
FROM busybox:1.37-musl AS tools

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/ /
COPY --from=build --chown=65532:65532 /out-data/ /var/lib/
COPY --from=tools /bin/wget /bin/wget
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/anteroom"]
CMD ["web"]
