#!/bin/sh
# What each service of Communique may do on Kafka, and no more; and what the command
# line may do, as the operator. Made by: communique topics acls
#
# Run it with kafka-acls.sh on the PATH, and say how an administrator reaches Kafka:
#   sh acls.sh --bootstrap-server kafka:9093 --command-config admin.properties
set -eu

# communique.feed-poller
kafka-acls.sh "$@" --add --allow-principal User:communique.feed-poller --operation Read \
  --topic communique.feeds \
  --topic communique.feeds.pushed \
  --topic communique.feed-poller.replay \
  --topic communique.ledger \
  --topic communique.feeds.state
kafka-acls.sh "$@" --add --allow-principal User:communique.feed-poller --operation Write \
  --topic communique.entries \
  --topic communique.feeds.polled \
  --topic communique.feed-poller.dlq \
  --topic communique.ledger \
  --topic communique.feeds.state
kafka-acls.sh "$@" --add --allow-principal User:communique.feed-poller --operation Read \
  --group communique.feed-poller

# communique.page-fetcher
kafka-acls.sh "$@" --add --allow-principal User:communique.page-fetcher --operation Read \
  --topic communique.entries \
  --topic communique.page-fetcher.replay \
  --topic communique.releases.raw \
  --topic communique.ledger \
  --topic communique.pages.state
kafka-acls.sh "$@" --add --allow-principal User:communique.page-fetcher --operation Write \
  --topic communique.releases.raw \
  --topic communique.page-fetcher.dlq \
  --topic communique.ledger \
  --topic communique.pages.state
kafka-acls.sh "$@" --add --allow-principal User:communique.page-fetcher --operation Read \
  --group communique.page-fetcher

# communique.enrichment-worker
kafka-acls.sh "$@" --add --allow-principal User:communique.enrichment-worker --operation Read \
  --topic communique.releases.raw \
  --topic communique.enrichment-worker.replay \
  --topic communique.releases.signatures \
  --topic communique.taggings \
  --topic communique.ledger
kafka-acls.sh "$@" --add --allow-principal User:communique.enrichment-worker --operation Write \
  --topic communique.releases.enriched \
  --topic communique.releases.signatures \
  --topic communique.taggings \
  --topic communique.enrichment-worker.dlq \
  --topic communique.ledger
kafka-acls.sh "$@" --add --allow-principal User:communique.enrichment-worker --operation Read \
  --group communique.enrichment-worker

# communique.search-indexer
kafka-acls.sh "$@" --add --allow-principal User:communique.search-indexer --operation Read \
  --topic communique.releases.enriched \
  --topic communique.feeds.polled \
  --topic communique.feeds \
  --topic communique.search-indexer.replay \
  --topic communique.feed-poller.dlq \
  --topic communique.page-fetcher.dlq \
  --topic communique.enrichment-worker.dlq \
  --topic communique.search-indexer.dlq \
  --topic communique.ledger
kafka-acls.sh "$@" --add --allow-principal User:communique.search-indexer --operation Write \
  --topic communique.search-indexer.dlq \
  --topic communique.ledger
kafka-acls.sh "$@" --add --allow-principal User:communique.search-indexer --operation Describe \
  --topic communique.feeds \
  --topic communique.feeds.pushed \
  --topic communique.feed-poller.replay \
  --topic communique.entries \
  --topic communique.page-fetcher.replay \
  --topic communique.releases.raw \
  --topic communique.enrichment-worker.replay
kafka-acls.sh "$@" --add --allow-principal User:communique.search-indexer --operation Read \
  --group communique.search-indexer

# communique.push-listener
kafka-acls.sh "$@" --add --allow-principal User:communique.push-listener --operation Read \
  --topic communique.feeds
kafka-acls.sh "$@" --add --allow-principal User:communique.push-listener --operation Write \
  --topic communique.feeds.pushed

# communique.operator
kafka-acls.sh "$@" --add --allow-principal User:communique.operator --operation Create --resource-pattern-type prefixed \
  --topic communique.
kafka-acls.sh "$@" --add --allow-principal User:communique.operator --operation Read --resource-pattern-type prefixed \
  --topic communique.
kafka-acls.sh "$@" --add --allow-principal User:communique.operator --operation Write \
  --topic communique.feeds \
  --topic communique.feeds.pushed \
  --topic communique.entries \
  --topic communique.taggings \
  --topic communique.feed-poller.replay \
  --topic communique.page-fetcher.replay \
  --topic communique.enrichment-worker.replay \
  --topic communique.search-indexer.replay
kafka-acls.sh "$@" --add --allow-principal User:communique.operator --operation Describe --resource-pattern-type prefixed \
  --group communique.
