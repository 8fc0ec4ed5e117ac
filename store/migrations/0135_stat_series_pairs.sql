-- Series by day also for seats with their queue and their reason (store/reports/series.ts): those of earlier months are packed now.
update stat_state set to_pack = true;
