#!/bin/bash
# Run once by the database image, when its data folder is new: the application's role, which is no superuser, its database,
# and the extensions that only a superuser may make.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$WATCHFLOOR_DB_PASSWORD" -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
create role watchfloor login nosuperuser nocreatedb nocreaterole password :'password';
create database watchfloor owner watchfloor;
revoke connect on database watchfloor from public;
SQL
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d watchfloor <<'SQL'
create extension if not exists timescaledb;
create extension if not exists postgis;
create extension if not exists pgrouting;
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
SQL
