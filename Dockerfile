# A Hugging Face Space, or any host that runs containers: MCP over Streamable HTTP at /mcp and the pages at /.
# With the CPU build of torch, for which the bundled model is made.
# Its stages and layers go from what changes least to what changes most: torch, the other packages, this one.
FROM python:3.11-slim AS packages

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore

WORKDIR /src
RUN python -m venv --without-pip /opt/mariogpt
COPY constraints.txt ./
# Of torch goes what only its own tests and C++ programs need, a tenth of the image.
RUN pip --python /opt/mariogpt install --extra-index-url "$TORCH_INDEX" -c constraints.txt torch \
    && rm -rf /opt/mariogpt/lib/python3.*/site-packages/torch/include /opt/mariogpt/lib/python3.*/site-packages/torch/test \
      /opt/mariogpt/lib/python3.*/site-packages/torch/bin/*[Tt]est* /opt/mariogpt/lib/python3.*/site-packages/torch/bin/protoc*
COPY pyproject.toml ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
      > requirements.txt \
    && pip --python /opt/mariogpt install -c constraints.txt -r requirements.txt


FROM packages AS wheel

COPY LICENSE README.md ./
COPY mariogpt_mcp/ mariogpt_mcp/
COPY resources/ resources/
COPY prompts/ prompts/
RUN pip wheel --no-deps --wheel-dir /wheel .


FROM python:3.11-slim

LABEL org.opencontainers.image.title="mariogpt-mcp" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.mariogpt-mcp/mariogpt-mcp"

# A Space runs everything as this user.
RUN useradd --create-home --uid 1000 mario
COPY --from=packages /opt/mariogpt /opt/mariogpt
RUN --mount=type=bind,from=wheel,source=/wheel,target=/wheel \
    pip --python /opt/mariogpt install --no-cache-dir --no-deps /wheel/*.whl
ENV PATH=/opt/mariogpt/bin:$PATH \
    PORT=7860 \
    OMP_WAIT_POLICY=PASSIVE
USER 1000
WORKDIR /home/mario

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]

# A Space tells its own address in SPACE_HOST; links in the results need it.
CMD ["sh", "-c", "export MARIOGPT_PUBLIC_URL=\"${MARIOGPT_PUBLIC_URL:-${SPACE_HOST:+https://$SPACE_HOST}}\"; exec mariogpt-mcp http --host 0.0.0.0 --port \"$PORT\""]
