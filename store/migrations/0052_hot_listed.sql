-- The newest list of hot issues, for pages that ask once and follow nothing.
create index fact_hot_listed on fact (n desc) where kind = 'hot.listed';
