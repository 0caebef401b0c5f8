# The toolchain and the built site in one image:
#   docker build -t headlens . && docker run --rm -p 8000:8000 headlens
FROM debian:trixie
COPY scripts/packages /tmp/packages
RUN apt-get update && awk '$1 == "build" { print $2 }' /tmp/packages | \
    DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends && rm -rf /var/lib/apt/lists/*
COPY . /headlens
WORKDIR /headlens
RUN scripts/run --build
EXPOSE 8000
CMD ["scripts/toolchain", "--exec", "node", "scripts/serve.mjs", "--host", "0.0.0.0", "--port", "8000"]
