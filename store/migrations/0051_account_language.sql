-- An account that never chose a language follows the browser's choice at sign-in.
alter table account alter column language drop not null, alter column language drop default;
