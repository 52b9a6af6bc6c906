BEGIN TRANSACTION;
CREATE TABLE activity (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	title VARCHAR(80) NOT NULL, 
	place VARCHAR(80) NOT NULL, 
	starts_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	revision INTEGER NOT NULL, 
	made_by CHAR(32), 
	made_at DATETIME NOT NULL, 
	cancelled_at DATETIME, 
	CONSTRAINT pk_activity PRIMARY KEY (id), 
	CONSTRAINT fk_activity_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_activity_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "activity" VALUES('65c2a82f64f2515f82c86f4511abf3e8','ff683c6d381953fbb940b54d42cc81b2','shadowing','Meeloopdag','Bouwbedrijf Jansen','2026-11-24 08:00:00.000000','2026-11-24 10:00:00.000000',1,NULL,'2026-11-24 13:00:00.000000',NULL);
INSERT INTO "activity" VALUES('1e1d425d24505f04be8e77308a17d504','ff683c6d381953fbb940b54d42cc81b2','practical_cooking','Praktijkmodule koken','','2026-11-19 11:00:00.000000','2026-11-19 13:00:00.000000',1,NULL,'2026-11-24 13:00:00.000000',NULL);
INSERT INTO "activity" VALUES('e9ff3714603f57c2adef83347be89482','ff683c6d381953fbb940b54d42cc81b2','open_day','Open dag','ROC Rivierenland','2026-12-03 13:00:00.000000','2026-12-03 15:00:00.000000',1,NULL,'2026-11-24 13:00:00.000000',NULL);
INSERT INTO "activity" VALUES('9799bb53c91156a7964af34628bfe113','85be3021b02a504b90fb27407fb3c5f6','workshop','Workshop','','2026-11-24 09:00:00.000000','2026-11-24 11:00:00.000000',1,NULL,'2026-11-24 13:00:00.000000',NULL);
CREATE TABLE activity_group (
	activity_id CHAR(32) NOT NULL, 
	group_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_activity_group PRIMARY KEY (activity_id, group_id), 
	CONSTRAINT fk_activity_group_activity_id FOREIGN KEY(activity_id) REFERENCES activity (id), 
	CONSTRAINT fk_activity_group_group_id FOREIGN KEY(group_id) REFERENCES school_group (id), 
	CONSTRAINT fk_activity_group_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "activity_group" VALUES('65c2a82f64f2515f82c86f4511abf3e8','769c412c249a5372937ad9a4abf3b26b','ff683c6d381953fbb940b54d42cc81b2');
INSERT INTO "activity_group" VALUES('1e1d425d24505f04be8e77308a17d504','769c412c249a5372937ad9a4abf3b26b','ff683c6d381953fbb940b54d42cc81b2');
INSERT INTO "activity_group" VALUES('e9ff3714603f57c2adef83347be89482','769c412c249a5372937ad9a4abf3b26b','ff683c6d381953fbb940b54d42cc81b2');
INSERT INTO "activity_group" VALUES('9799bb53c91156a7964af34628bfe113','ebccf90f42985b0d90ac03baa0c7ec72','85be3021b02a504b90fb27407fb3c5f6');
CREATE TABLE agreement (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	conversation_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	what TEXT NOT NULL, 
	due_on DATE, 
	helper VARCHAR(120) NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_agreement PRIMARY KEY (id), 
	CONSTRAINT fk_agreement_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_agreement_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_agreement_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_agreement_student_id FOREIGN KEY(student_id) REFERENCES person (id), 
	CONSTRAINT uq_agreement_conversation_id UNIQUE (conversation_id)
);
INSERT INTO "agreement" VALUES('ec031aa34fc057bfbb1005bbcbc09c32','ff683c6d381953fbb940b54d42cc81b2','85fc1baaa57e568f9c431f526477ba6d','448d61a2a11e50cabb40842bfccf795c','Vraag een stageplek bij de bakker','2026-12-01','mijn oom','4cd01e5cb7805034bf07e8d2bd4bff6b','2026-10-06 13:00:00.000000');
CREATE TABLE agreement_completion (
	agreement_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	done_at DATETIME NOT NULL, 
	CONSTRAINT pk_agreement_completion PRIMARY KEY (agreement_id), 
	CONSTRAINT fk_agreement_completion_agreement_id FOREIGN KEY(agreement_id) REFERENCES agreement (id), 
	CONSTRAINT fk_agreement_completion_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_agreement_completion_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE audit_entry (
	school_id CHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	actor VARCHAR(22) NOT NULL, 
	subject VARCHAR(22) NOT NULL, 
	about CHAR(32), 
	details JSON NOT NULL, 
	"before" VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (school_id, seq), 
	CONSTRAINT fk_audit_entry_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE audit_head (
	school_id CHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (school_id), 
	CONSTRAINT fk_audit_head_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE audit_name (
	token VARCHAR(22) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32), 
	CONSTRAINT pk_audit_name PRIMARY KEY (token), 
	CONSTRAINT fk_audit_name_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_audit_name_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_audit_name_person_id UNIQUE (person_id)
);
CREATE TABLE audit_view (
	viewer_id CHAR(32) NOT NULL, 
	about CHAR(32) NOT NULL, 
	day VARCHAR(10) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_audit_view PRIMARY KEY (viewer_id, about, day), 
	CONSTRAINT fk_audit_view_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_audit_view_viewer_id FOREIGN KEY(viewer_id) REFERENCES person (id)
);
CREATE TABLE "conflict" (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	subject_id CHAR(32) NOT NULL, 
	field VARCHAR(80) NOT NULL, 
	value JSON NOT NULL, 
	mutation_id CHAR(32) NOT NULL, 
	made_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	CONSTRAINT pk_conflict PRIMARY KEY (id), 
	CONSTRAINT fk_conflict_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_conflict_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE conversation (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	mentor_id CHAR(32) NOT NULL, 
	starts_at DATETIME NOT NULL, 
	minutes INTEGER NOT NULL, 
	place_kind VARCHAR(10) NOT NULL, 
	place VARCHAR(80) NOT NULL, 
	revision INTEGER NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	made_at DATETIME NOT NULL, 
	started_at DATETIME, 
	held_at DATETIME, 
	cancelled_at DATETIME, 
	summary TEXT NOT NULL, 
	CONSTRAINT pk_conversation PRIMARY KEY (id), 
	CONSTRAINT fk_conversation_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_conversation_mentor_id FOREIGN KEY(mentor_id) REFERENCES person (id), 
	CONSTRAINT fk_conversation_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_conversation_student_id FOREIGN KEY(student_id) REFERENCES person (id)
);
INSERT INTO "conversation" VALUES('3cd4a01a005a575080d41aad299ca65d','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c','4cd01e5cb7805034bf07e8d2bd4bff6b','2026-11-27 13:00:00.000000',20,'room','lokaal 2.14',1,'4cd01e5cb7805034bf07e8d2bd4bff6b','2026-09-25 13:00:00.000000',NULL,NULL,NULL,'');
INSERT INTO "conversation" VALUES('85fc1baaa57e568f9c431f526477ba6d','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c','4cd01e5cb7805034bf07e8d2bd4bff6b','2026-10-06 13:00:00.000000',20,'room','lokaal 2.14',1,'4cd01e5cb7805034bf07e8d2bd4bff6b','2026-09-25 13:00:00.000000','2026-10-06 13:00:00.000000','2026-10-06 13:00:00.000000',NULL,'Samen vertelden we over koken.');
INSERT INTO "conversation" VALUES('8502436a759c5ed595594116dd3e32de','ff683c6d381953fbb940b54d42cc81b2','8765de19cc795ef4910028dd9bc218af','4cd01e5cb7805034bf07e8d2bd4bff6b','2026-11-30 13:00:00.000000',20,'room','lokaal 2.14',1,'4cd01e5cb7805034bf07e8d2bd4bff6b','2026-09-25 13:00:00.000000',NULL,NULL,NULL,'');
INSERT INTO "conversation" VALUES('4a3563ebf1395d29a35551618fe2f0d6','ff683c6d381953fbb940b54d42cc81b2','c26fbb55d97655bab07ceb7f3b84d76a','b7c5089f003d543ca7757f9460396b1c','2026-11-27 13:00:00.000000',20,'room','lokaal 2.14',1,'b7c5089f003d543ca7757f9460396b1c','2026-09-25 13:00:00.000000',NULL,NULL,NULL,'');
INSERT INTO "conversation" VALUES('067f14d437ef5a31bbfd56fa55d00d06','85be3021b02a504b90fb27407fb3c5f6','d24b80e8412c59c5a272d81b824c0851','e790f1a0ef9b50a29dc1eef262c57bb6','2026-11-27 13:00:00.000000',20,'room','lokaal 2.14',1,'e790f1a0ef9b50a29dc1eef262c57bb6','2026-09-25 13:00:00.000000',NULL,NULL,NULL,'');
CREATE TABLE cover (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	mentor_id CHAR(32) NOT NULL, 
	colleague_id CHAR(32) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	ended_by CHAR(32), 
	CONSTRAINT pk_cover PRIMARY KEY (id), 
	CONSTRAINT fk_cover_colleague_id FOREIGN KEY(colleague_id) REFERENCES person (id), 
	CONSTRAINT fk_cover_ended_by FOREIGN KEY(ended_by) REFERENCES person (id), 
	CONSTRAINT fk_cover_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_cover_mentor_id FOREIGN KEY(mentor_id) REFERENCES person (id), 
	CONSTRAINT fk_cover_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE "device_session" (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	device VARCHAR(60) NOT NULL, 
	let_in_by CHAR(32), 
	started_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	shared BOOLEAN DEFAULT 0 NOT NULL, method VARCHAR(12) DEFAULT 'link' NOT NULL, provider VARCHAR(40) DEFAULT '' NOT NULL, logout_hint BLOB, confirmed_at DATETIME, lapses_at DATETIME DEFAULT '2000-01-01 00:00:00' NOT NULL, 
	CONSTRAINT pk_device_session PRIMARY KEY (id), 
	CONSTRAINT fk_device_session_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_device_session_token_hash UNIQUE (token_hash), 
	CONSTRAINT fk_device_session_let_in_by FOREIGN KEY(let_in_by) REFERENCES person (id), 
	CONSTRAINT fk_device_session_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "device_session" VALUES('d18cfaefbcd555f7af2f616b9e9f00ba','ff683c6d381953fbb940b54d42cc81b2','76065d931195527b9269d04c29a76192','9e967acbc7766d3ca5896a98de7be443534d75d968b21abdfde727c03b32d94b','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('dcc18a37c4b75357984c2e6e6779bffa','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c','e19622a6b289cc0de5d94e735fb0272389a2756b4c0f29296c9d8cdf5371bf7e','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('62103c71f3fd547c821601e036327e2b','ff683c6d381953fbb940b54d42cc81b2','8765de19cc795ef4910028dd9bc218af','e1c5667e663ac4a45435a871381b2f357a7e9b7a434d29166445706c83a1ab33','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('c7776607356b5497bfd1698c28da0d15','ff683c6d381953fbb940b54d42cc81b2','b96a974c19125ed59c6e9200fdee3a0e','65c0da01ee8efa70164d749d06a73267ad7df51117014ac9ff9ccc5695bc10d3','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('e8413917cebb518fbc03a095a0f826cd','ff683c6d381953fbb940b54d42cc81b2','c26fbb55d97655bab07ceb7f3b84d76a','61f37ae6f2281d14a1cf69cd89cf4726ad5f6fa765a253c5d3894ee763e51176','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('08fc9fac09455480bbfe0bbf8219aea0','ff683c6d381953fbb940b54d42cc81b2','4cd01e5cb7805034bf07e8d2bd4bff6b','dcd3861a9a5cd431384f0c94249788ad3666e22eab2ff814f8fafb580e4d5930','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('7f210ba6c92b51f8b239b730e580b479','ff683c6d381953fbb940b54d42cc81b2','b7c5089f003d543ca7757f9460396b1c','8e6c5bde29fe0b82a2be2a57e49b3b5cabb1740937ad33d2bacc7ba084a19467','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('3332ec9646e25f04b0c2507f31e4e9d0','ff683c6d381953fbb940b54d42cc81b2','1a5b17f019fe5525a64d56becf39335c','e9d715845043b3128d869db03c7bfe2e5a9aac7977688f70c195c292154505a6','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('848cbe904c2553ffbff2a72fb2ce97d1','ff683c6d381953fbb940b54d42cc81b2','f01dae5db9035b52a8ddb7755858630f','5ae32c67cb94b1f7917ad0d29da8b2f6a4d2a1e7ae7ffa0446ff4f9e9aa7a025','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('a22b6c24fb605ec587ac86575ccfb694','ff683c6d381953fbb940b54d42cc81b2','1cf695007f9b59bda8d0bf37cc14073f','9879fca1357b9f47ea8ef304e900025c08e9301c8baa658cac0bc47f27b47469','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('14b64b6026cc5e0ebe79f55d9e5fae7e','85be3021b02a504b90fb27407fb3c5f6','d24b80e8412c59c5a272d81b824c0851','f1499ea85d1ca4f44c1ab971d52fe3063106a31d15d4044f3ae0806e2d8120de','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('8c5a9280ac0c5b51b5895e1df16641c5','85be3021b02a504b90fb27407fb3c5f6','e790f1a0ef9b50a29dc1eef262c57bb6','f5a44c68ed7062654e8c47fe9106b48165c5c2ac025e3e4a514a05d830e3454f','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
INSERT INTO "device_session" VALUES('a0ddfe84a7bb5e7d913f813976989e42','85be3021b02a504b90fb27407fb3c5f6','4fc37d2f9b795976b3d1c496070de540','85ec69d6e2bafb30cce345b58138910f6d936cfaff4b6e8f718f8331a90af4f2','Android · Chrome',NULL,'2026-11-24 13:00:00.000000','2026-11-24 13:00:00.000000',NULL,0,'link','',NULL,'2026-11-24 13:00:00.000000','2027-05-23 13:00:00.000000');
CREATE TABLE experience (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	activity_id CHAR(32), 
	text TEXT NOT NULL, 
	face INTEGER, 
	happened_at DATETIME NOT NULL, 
	captured_at DATETIME NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	changed_at DATETIME NOT NULL, 
	revision INTEGER NOT NULL, 
	revisions JSON NOT NULL, 
	deleted_at DATETIME, 
	sought TEXT NOT NULL, 
	CONSTRAINT pk_experience PRIMARY KEY (id), 
	CONSTRAINT fk_experience_activity_id FOREIGN KEY(activity_id) REFERENCES activity (id), 
	CONSTRAINT fk_experience_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_experience_student_id FOREIGN KEY(student_id) REFERENCES person (id)
);
INSERT INTO "experience" VALUES('80eb66677dad50eea373c8bd67ad9a8d','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c','1e1d425d24505f04be8e77308a17d504','Koken voor 24 mensen. Eerst was het chaos, toen heb ik de taken verdeeld en ging het beter.',4,'2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000',1,'{}',NULL,'');
INSERT INTO "experience" VALUES('b7b1d0d10da35b349e92de495b98e1a3','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c',NULL,'Taart voor oma. Ik woog alles af op de gram.',5,'2026-11-12 12:30:00.000000','2026-11-12 12:30:00.000000','2026-11-12 12:30:00.000000','2026-11-12 12:30:00.000000',1,'{}',NULL,'');
INSERT INTO "experience" VALUES('6a904951cf24586e8e0fc51c8f0796e7','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c',NULL,'Bezoek aan het ziekenhuis. Mijn geheim.',2,'2026-10-25 12:30:00.000000','2026-10-25 12:30:00.000000','2026-10-25 12:30:00.000000','2026-10-25 12:30:00.000000',1,'{}',NULL,'');
INSERT INTO "experience" VALUES('f12b2a1d0286577fb4fdbd4c0477e40f','ff683c6d381953fbb940b54d42cc81b2','8765de19cc795ef4910028dd9bc218af','1e1d425d24505f04be8e77308a17d504','Uien gesneden',3,'2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000','2026-11-19 12:30:00.000000',1,'{}',NULL,'');
INSERT INTO "experience" VALUES('8914ec9c635d579fbe7c7dfb304c02df','85be3021b02a504b90fb27407fb3c5f6','d24b80e8412c59c5a272d81b824c0851','9799bb53c91156a7964af34628bfe113','Iets van een andere school',3,'2026-11-24 12:30:00.000000','2026-11-24 12:30:00.000000','2026-11-24 12:30:00.000000','2026-11-24 12:30:00.000000',1,'{}',NULL,'');
CREATE TABLE experience_media (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	experience_id CHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	type VARCHAR(40) NOT NULL, 
	size INTEGER NOT NULL, 
	width INTEGER, 
	height INTEGER, 
	seconds DOUBLE, 
	alt TEXT NOT NULL, 
	captured_at DATETIME NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	deleted_at DATETIME, 
	CONSTRAINT pk_experience_media PRIMARY KEY (id), 
	CONSTRAINT fk_experience_media_experience_id FOREIGN KEY(experience_id) REFERENCES experience (id), 
	CONSTRAINT fk_experience_media_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE experience_word (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	experience_id CHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	word VARCHAR(40), 
	own VARCHAR(40) NOT NULL, 
	evidence TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_experience_word PRIMARY KEY (id), 
	CONSTRAINT fk_experience_word_experience_id FOREIGN KEY(experience_id) REFERENCES experience (id), 
	CONSTRAINT fk_experience_word_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "experience_word" VALUES('760b1db455dc58859628066cb513d514','ff683c6d381953fbb940b54d42cc81b2','80eb66677dad50eea373c8bd67ad9a8d','quality','working-together','','Ik heb de taken verdeeld.',0);
INSERT INTO "experience_word" VALUES('43d64066fd2452f8a9eb61b1f5ec028e','ff683c6d381953fbb940b54d42cc81b2','80eb66677dad50eea373c8bd67ad9a8d','motive','helping-others','','Iedereen kon eten.',1);
INSERT INTO "experience_word" VALUES('d9bf8da47d185d4c8a0b7de3301f9b2d','ff683c6d381953fbb940b54d42cc81b2','b7b1d0d10da35b349e92de495b98e1a3','quality','working-together','','',2);
CREATE TABLE guardianship (
	guardian_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, made_at DATETIME, accepted_at DATETIME, agreed_at DATETIME, ended_at DATETIME, made_by CHAR(32) REFERENCES person (id), 
	CONSTRAINT pk_guardianship PRIMARY KEY (guardian_id, student_id), 
	CONSTRAINT fk_guardianship_guardian_id FOREIGN KEY(guardian_id) REFERENCES person (id), 
	CONSTRAINT fk_guardianship_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_guardianship_student_id FOREIGN KEY(student_id) REFERENCES person (id)
);
INSERT INTO "guardianship" VALUES('76065d931195527b9269d04c29a76192','448d61a2a11e50cabb40842bfccf795c','ff683c6d381953fbb940b54d42cc81b2',NULL,'2026-11-24 13:00:00.000000',NULL,NULL,NULL);
CREATE TABLE heartbeat (
	name VARCHAR(20) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_heartbeat PRIMARY KEY (name)
);
CREATE TABLE invitation (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	guardian_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	made_by CHAR(32) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	accepted_at DATETIME, 
	revoked_at DATETIME, 
	CONSTRAINT pk_invitation PRIMARY KEY (id), 
	CONSTRAINT fk_invitation_guardian_id FOREIGN KEY(guardian_id) REFERENCES person (id), 
	CONSTRAINT fk_invitation_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_invitation_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_invitation_student_id FOREIGN KEY(student_id) REFERENCES person (id), 
	CONSTRAINT uq_invitation_secret_hash UNIQUE (secret_hash)
);
CREATE TABLE login_card (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	made_by CHAR(32), 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, 
	revoked_by CHAR(32), 
	revoked_at DATETIME, 
	CONSTRAINT pk_login_card PRIMARY KEY (id), 
	CONSTRAINT fk_login_card_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_login_card_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_login_card_revoked_by FOREIGN KEY(revoked_by) REFERENCES person (id), 
	CONSTRAINT fk_login_card_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_login_card_secret_hash UNIQUE (secret_hash)
);
CREATE TABLE mail (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32), 
	person_id CHAR(32), 
	kind VARCHAR(20) NOT NULL, 
	content BLOB NOT NULL, 
	made_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	claimed_until DATETIME, 
	tries INTEGER NOT NULL, 
	sent_at DATETIME, 
	failed_at DATETIME, 
	failure VARCHAR(40) NOT NULL, 
	CONSTRAINT pk_mail PRIMARY KEY (id), 
	CONSTRAINT fk_mail_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_mail_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE "membership" (
	group_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	by_hand BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (group_id, person_id), 
	CONSTRAINT fk_membership_group_id FOREIGN KEY(group_id) REFERENCES school_group (id), 
	CONSTRAINT fk_membership_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_membership_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "membership" VALUES('769c412c249a5372937ad9a4abf3b26b','448d61a2a11e50cabb40842bfccf795c','student','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('769c412c249a5372937ad9a4abf3b26b','8765de19cc795ef4910028dd9bc218af','student','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('769c412c249a5372937ad9a4abf3b26b','b96a974c19125ed59c6e9200fdee3a0e','student','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('fedd45920eb256009fe62341e87737d8','c26fbb55d97655bab07ceb7f3b84d76a','student','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('769c412c249a5372937ad9a4abf3b26b','4cd01e5cb7805034bf07e8d2bd4bff6b','mentor','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('fedd45920eb256009fe62341e87737d8','b7c5089f003d543ca7757f9460396b1c','mentor','ff683c6d381953fbb940b54d42cc81b2',0);
INSERT INTO "membership" VALUES('ebccf90f42985b0d90ac03baa0c7ec72','d24b80e8412c59c5a272d81b824c0851','student','85be3021b02a504b90fb27407fb3c5f6',0);
INSERT INTO "membership" VALUES('ebccf90f42985b0d90ac03baa0c7ec72','e790f1a0ef9b50a29dc1eef262c57bb6','mentor','85be3021b02a504b90fb27407fb3c5f6',0);
CREATE TABLE mentorship (
	mentor_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	made_by CHAR(32), 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_mentorship PRIMARY KEY (mentor_id, student_id), 
	CONSTRAINT fk_mentorship_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_mentorship_mentor_id FOREIGN KEY(mentor_id) REFERENCES person (id), 
	CONSTRAINT fk_mentorship_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_mentorship_student_id FOREIGN KEY(student_id) REFERENCES person (id)
);
CREATE TABLE mutation (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	subject_id CHAR(32) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	revision INTEGER NOT NULL, 
	arrived_at DATETIME NOT NULL, fields JSON DEFAULT '[]' NOT NULL, conflicts JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_mutation PRIMARY KEY (id), 
	CONSTRAINT fk_mutation_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_mutation_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE passkey (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	credential_id BLOB NOT NULL, 
	public_key BLOB NOT NULL, 
	sign_count INTEGER NOT NULL, 
	transports JSON NOT NULL, 
	backed_up BOOLEAN NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_passkey PRIMARY KEY (id), 
	CONSTRAINT fk_passkey_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_passkey_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
);
CREATE TABLE password (
	person_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	digest VARCHAR(200) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_password PRIMARY KEY (person_id), 
	CONSTRAINT fk_password_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_password_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE person (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	number VARCHAR(40), 
	given_name VARCHAR(80) NOT NULL, 
	infix VARCHAR(30) NOT NULL, 
	family_name VARCHAR(80) NOT NULL, 
	addressed_as VARCHAR(80) NOT NULL, 
	job VARCHAR(60) NOT NULL, 
	email VARCHAR(254) NOT NULL, 
	birth_date DATE, 
	language VARCHAR(2), 
	theme VARCHAR(5) NOT NULL, 
	revision INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, source_id VARCHAR(255), edition INTEGER DEFAULT '1' NOT NULL, archived_at DATETIME, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT fk_person_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_person_school_id_number UNIQUE (school_id, number)
);
INSERT INTO "person" VALUES('76065d931195527b9269d04c29a76192','ff683c6d381953fbb940b54d42cc81b2','guardian',NULL,'Karim','','Aït Ben','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('448d61a2a11e50cabb40842bfccf795c','ff683c6d381953fbb940b54d42cc81b2','student','00456115','Samira','','Aït Ben','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('8765de19cc795ef4910028dd9bc218af','ff683c6d381953fbb940b54d42cc81b2','student','00454100','Daan','','Vos','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('b96a974c19125ed59c6e9200fdee3a0e','ff683c6d381953fbb940b54d42cc81b2','student','00454110','Noor','','Peters','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('c26fbb55d97655bab07ceb7f3b84d76a','ff683c6d381953fbb940b54d42cc81b2','student','00454105','Ilse','van den','Berg','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('4cd01e5cb7805034bf07e8d2bd4bff6b','ff683c6d381953fbb940b54d42cc81b2','staff',NULL,'Marten','de','Boer','meneer De Boer','mentor','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('b7c5089f003d543ca7757f9460396b1c','ff683c6d381953fbb940b54d42cc81b2','staff',NULL,'Willemijn','','Kramer','','mentor','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('1a5b17f019fe5525a64d56becf39335c','ff683c6d381953fbb940b54d42cc81b2','staff',NULL,'Anja','','Postma','','kantine','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('f01dae5db9035b52a8ddb7755858630f','ff683c6d381953fbb940b54d42cc81b2','staff',NULL,'Els','','Wouters','','LOB-coördinator','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('1cf695007f9b59bda8d0bf37cc14073f','ff683c6d381953fbb940b54d42cc81b2','staff',NULL,'Jan','de','Vries','','applicatiebeheerder','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('d24b80e8412c59c5a272d81b824c0851','85be3021b02a504b90fb27407fb3c5f6','student','1','Olga','','Smit','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('e790f1a0ef9b50a29dc1eef262c57bb6','85be3021b02a504b90fb27407fb3c5f6','staff',NULL,'Piet','','Prins','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "person" VALUES('4fc37d2f9b795976b3d1c496070de540','85be3021b02a504b90fb27407fb3c5f6','staff',NULL,'Otto','','Haan','','','',NULL,NULL,'auto',0,'2026-11-24 13:00:00.000000',NULL,1,NULL);
CREATE TABLE preparation (
	conversation_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	student_id CHAR(32) NOT NULL, 
	question TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	revisions JSON NOT NULL, 
	changed_at DATETIME NOT NULL, 
	CONSTRAINT pk_preparation PRIMARY KEY (conversation_id), 
	CONSTRAINT fk_preparation_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_preparation_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_preparation_student_id FOREIGN KEY(student_id) REFERENCES person (id)
);
INSERT INTO "preparation" VALUES('3cd4a01a005a575080d41aad299ca65d','ff683c6d381953fbb940b54d42cc81b2','448d61a2a11e50cabb40842bfccf795c','',1,'{}','2026-11-24 13:00:00.000000');
CREATE TABLE preparation_answer (
	conversation_id CHAR(32) NOT NULL, 
	question_id VARCHAR(60) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	text TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_preparation_answer PRIMARY KEY (conversation_id, question_id), 
	CONSTRAINT fk_preparation_answer_conversation_id FOREIGN KEY(conversation_id) REFERENCES preparation (conversation_id), 
	CONSTRAINT fk_preparation_answer_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE preparation_experience (
	conversation_id CHAR(32) NOT NULL, 
	experience_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_preparation_experience PRIMARY KEY (conversation_id, experience_id), 
	CONSTRAINT fk_preparation_experience_conversation_id FOREIGN KEY(conversation_id) REFERENCES preparation (conversation_id), 
	CONSTRAINT fk_preparation_experience_experience_id FOREIGN KEY(experience_id) REFERENCES experience (id), 
	CONSTRAINT fk_preparation_experience_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "preparation_experience" VALUES('3cd4a01a005a575080d41aad299ca65d','80eb66677dad50eea373c8bd67ad9a8d','ff683c6d381953fbb940b54d42cc81b2',0);
CREATE TABLE preparation_word (
	id CHAR(32) NOT NULL, 
	conversation_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	word VARCHAR(40), 
	own VARCHAR(40) NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_preparation_word PRIMARY KEY (id), 
	CONSTRAINT fk_preparation_word_conversation_id FOREIGN KEY(conversation_id) REFERENCES preparation (conversation_id), 
	CONSTRAINT fk_preparation_word_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE provider_identity (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	provider VARCHAR(40) NOT NULL, 
	issuer VARCHAR(255) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	linked_by VARCHAR(12) NOT NULL, 
	linked_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_provider_identity PRIMARY KEY (id), 
	CONSTRAINT fk_provider_identity_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_provider_identity_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_provider_identity_issuer_subject UNIQUE (issuer, subject), 
	CONSTRAINT uq_provider_identity_person_id_issuer UNIQUE (person_id, issuer)
);
CREATE TABLE push_subscription (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	session_id CHAR(32) NOT NULL, 
	endpoint TEXT NOT NULL, 
	endpoint_hash VARCHAR(64) NOT NULL, 
	p256dh VARCHAR(120) NOT NULL, 
	auth VARCHAR(40) NOT NULL, 
	made_at DATETIME NOT NULL, 
	reached_at DATETIME, 
	CONSTRAINT pk_push_subscription PRIMARY KEY (id), 
	CONSTRAINT fk_push_subscription_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_push_subscription_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_push_subscription_session_id FOREIGN KEY(session_id) REFERENCES device_session (id), 
	CONSTRAINT uq_push_subscription_endpoint_hash UNIQUE (endpoint_hash), 
	CONSTRAINT uq_push_subscription_session_id UNIQUE (session_id)
);
CREATE TABLE reading (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	submission_id CHAR(32) NOT NULL, 
	conversation_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	read_at DATETIME NOT NULL, 
	CONSTRAINT pk_reading PRIMARY KEY (id), 
	CONSTRAINT fk_reading_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_reading_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_reading_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT fk_reading_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id), 
	CONSTRAINT uq_reading_submission_id_person_id UNIQUE (submission_id, person_id)
);
CREATE TABLE recovery_code (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	secret_hash VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_recovery_code PRIMARY KEY (id), 
	CONSTRAINT fk_recovery_code_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_recovery_code_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_recovery_code_secret_hash UNIQUE (secret_hash)
);
CREATE TABLE reminder (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	about CHAR(32) NOT NULL, 
	path VARCHAR(200) NOT NULL, 
	facts JSON NOT NULL, 
	due_at DATETIME NOT NULL, 
	late_at DATETIME NOT NULL, 
	cancelled_at DATETIME, 
	claimed_until DATETIME, 
	tries INTEGER NOT NULL, 
	sent_at DATETIME, 
	channel VARCHAR(10) NOT NULL, 
	seen_at DATETIME, 
	CONSTRAINT pk_reminder PRIMARY KEY (id), 
	CONSTRAINT fk_reminder_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_reminder_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_reminder_person_id_kind_about UNIQUE (person_id, kind, about)
);
CREATE TABLE role (
	person_id CHAR(32) NOT NULL, 
	name VARCHAR(20) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	CONSTRAINT pk_role PRIMARY KEY (person_id, name), 
	CONSTRAINT fk_role_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_role_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
INSERT INTO "role" VALUES('f01dae5db9035b52a8ddb7755858630f','coordinator','ff683c6d381953fbb940b54d42cc81b2');
INSERT INTO "role" VALUES('1cf695007f9b59bda8d0bf37cc14073f','admin','ff683c6d381953fbb940b54d42cc81b2');
INSERT INTO "role" VALUES('4fc37d2f9b795976b3d1c496070de540','coordinator','85be3021b02a504b90fb27407fb3c5f6');
INSERT INTO "role" VALUES('4fc37d2f9b795976b3d1c496070de540','admin','85be3021b02a504b90fb27407fb3c5f6');
CREATE TABLE roster_change (
	import_id CHAR(32) NOT NULL, 
	seq INTEGER NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	what VARCHAR(20) NOT NULL, 
	subject_id CHAR(32) NOT NULL, 
	"before" JSON NOT NULL, 
	"after" JSON NOT NULL, 
	CONSTRAINT pk_roster_change PRIMARY KEY (import_id, seq), 
	CONSTRAINT fk_roster_change_import_id FOREIGN KEY(import_id) REFERENCES roster_import (id), 
	CONSTRAINT fk_roster_change_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE roster_import (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	made_by CHAR(32), 
	made_at DATETIME NOT NULL, 
	name TEXT NOT NULL, 
	content BLOB NOT NULL, 
	applied_at DATETIME, kind VARCHAR(20) DEFAULT 'csv' NOT NULL, mapping JSON DEFAULT '{}' NOT NULL, whole BOOLEAN, state VARCHAR(10) DEFAULT 'looking' NOT NULL, done INTEGER DEFAULT '0' NOT NULL, total INTEGER DEFAULT '0' NOT NULL, counts JSON DEFAULT '{}' NOT NULL, "plan" BLOB, beat_at DATETIME, undone_at DATETIME, undone_by CHAR(32) REFERENCES person (id), 
	CONSTRAINT pk_roster_import PRIMARY KEY (id), 
	CONSTRAINT fk_roster_import_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_roster_import_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE roster_mapping (
	school_id CHAR(32) NOT NULL, 
	head VARCHAR(64) NOT NULL, 
	mapping JSON NOT NULL, 
	used_at DATETIME NOT NULL, 
	CONSTRAINT pk_roster_mapping PRIMARY KEY (school_id, head), 
	CONSTRAINT fk_roster_mapping_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE school (
	id CHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	zone VARCHAR(60) NOT NULL, 
	trusted_name VARCHAR(120) NOT NULL, 
	trusted_contact VARCHAR(200) NOT NULL, 
	revision INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, guardians_from INTEGER DEFAULT '16' NOT NULL, edition INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_school PRIMARY KEY (id)
);
INSERT INTO "school" VALUES('ff683c6d381953fbb940b54d42cc81b2','De Waal College','Europe/Amsterdam','Mevrouw Bakker','lokaal 1.03',0,'2026-11-24 13:00:00.000000',16,1);
INSERT INTO "school" VALUES('85be3021b02a504b90fb27407fb3c5f6','De Andere School','Europe/Amsterdam','Mevrouw Bakker','lokaal 1.03',0,'2026-11-24 13:00:00.000000',16,1);
CREATE TABLE school_group (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	created_at DATETIME NOT NULL, source_id VARCHAR(255), edition INTEGER DEFAULT '1' NOT NULL, archived_at DATETIME, 
	CONSTRAINT pk_school_group PRIMARY KEY (id), 
	CONSTRAINT fk_school_group_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_school_group_school_id_name UNIQUE (school_id, name)
);
INSERT INTO "school_group" VALUES('769c412c249a5372937ad9a4abf3b26b','ff683c6d381953fbb940b54d42cc81b2','3B','2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "school_group" VALUES('fedd45920eb256009fe62341e87737d8','ff683c6d381953fbb940b54d42cc81b2','3C','2026-11-24 13:00:00.000000',NULL,1,NULL);
INSERT INTO "school_group" VALUES('ebccf90f42985b0d90ac03baa0c7ec72','85be3021b02a504b90fb27407fb3c5f6','4A','2026-11-24 13:00:00.000000',NULL,1,NULL);
CREATE TABLE second_factor (
	person_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	secret BLOB NOT NULL, 
	last_step INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	confirmed_at DATETIME, 
	CONSTRAINT pk_second_factor PRIMARY KEY (person_id), 
	CONSTRAINT fk_second_factor_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_second_factor_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE TABLE setup_link (
	secret_hash VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, school_name VARCHAR(120) DEFAULT '' NOT NULL, 
	CONSTRAINT pk_setup_link PRIMARY KEY (secret_hash)
);
CREATE TABLE sign_in_link (
	id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	selector VARCHAR(8), 
	secret_hash VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by CHAR(32), 
	ends_at DATETIME NOT NULL, 
	tries INTEGER NOT NULL, 
	used_at DATETIME, 
	again BOOLEAN NOT NULL, kind VARCHAR(10) DEFAULT 'link' NOT NULL, 
	CONSTRAINT pk_sign_in_link PRIMARY KEY (id), 
	CONSTRAINT fk_sign_in_link_made_by FOREIGN KEY(made_by) REFERENCES person (id), 
	CONSTRAINT fk_sign_in_link_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_sign_in_link_school_id FOREIGN KEY(school_id) REFERENCES school (id), 
	CONSTRAINT uq_sign_in_link_secret_hash UNIQUE (secret_hash), 
	CONSTRAINT uq_sign_in_link_selector UNIQUE (selector)
);
CREATE TABLE slowed (
	"key" VARCHAR(120) NOT NULL, 
	times INTEGER NOT NULL, 
	last_at DATETIME NOT NULL, 
	CONSTRAINT pk_slowed PRIMARY KEY ("key")
);
CREATE TABLE spent (
	"key" VARCHAR(120) NOT NULL, 
	since DATETIME NOT NULL, 
	times INTEGER NOT NULL, 
	CONSTRAINT pk_spent PRIMARY KEY ("key", since)
);
CREATE TABLE submission (
	id CHAR(32) NOT NULL, 
	conversation_id CHAR(32) NOT NULL, 
	school_id CHAR(32) NOT NULL, 
	person_id CHAR(32) NOT NULL, 
	submitted_at DATETIME NOT NULL, 
	experiences JSON NOT NULL, 
	withdrawn_at DATETIME, 
	CONSTRAINT pk_submission PRIMARY KEY (id), 
	CONSTRAINT fk_submission_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversation (id), 
	CONSTRAINT fk_submission_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_submission_school_id FOREIGN KEY(school_id) REFERENCES school (id)
);
CREATE INDEX activity_when ON activity (school_id, ends_at);
CREATE INDEX conversation_mentor ON conversation (mentor_id, starts_at);
CREATE INDEX conversation_student ON conversation (student_id, starts_at);
CREATE INDEX ix_mutation_person_id ON mutation (person_id);
CREATE INDEX ix_mutation_school_id ON mutation (school_id);
CREATE INDEX ix_reminder_about ON reminder (about);
CREATE INDEX ix_reminder_person_id ON reminder (person_id);
CREATE INDEX reminder_due ON reminder (due_at, sent_at);
CREATE INDEX ix_roster_import_school_id ON roster_import (school_id);
CREATE INDEX ix_sign_in_link_person_id ON sign_in_link (person_id);
CREATE INDEX ix_activity_group_group_id ON activity_group (group_id);
CREATE INDEX agreement_student ON agreement (student_id, made_at);
CREATE INDEX experience_trail ON experience (student_id, happened_at);
CREATE INDEX ix_experience_activity_id ON experience (activity_id);
CREATE INDEX ix_preparation_student_id ON preparation (student_id);
CREATE INDEX ix_push_subscription_person_id ON push_subscription (person_id);
CREATE INDEX ix_submission_conversation_id ON submission (conversation_id);
CREATE INDEX experience_word_of ON experience_word (experience_id, kind);
CREATE INDEX ix_preparation_experience_experience_id ON preparation_experience (experience_id);
CREATE INDEX ix_preparation_word_conversation_id ON preparation_word (conversation_id);
CREATE INDEX ix_reading_conversation_id ON reading (conversation_id);
CREATE INDEX conflict_open ON "conflict" (subject_id, settled_at);
CREATE INDEX ix_conflict_person_id ON "conflict" (person_id);
CREATE INDEX ix_experience_media_digest ON experience_media (digest);
CREATE INDEX ix_experience_media_experience_id ON experience_media (experience_id);
CREATE INDEX ix_device_session_person_id ON device_session (person_id);
CREATE INDEX audit_actor ON audit_entry (school_id, actor, seq);
CREATE INDEX audit_subject ON audit_entry (school_id, subject, seq);
CREATE INDEX cover_colleague ON cover (colleague_id, starts_on);
CREATE INDEX ix_cover_mentor_id ON cover (mentor_id);
CREATE INDEX invitation_student ON invitation (student_id, made_at);
CREATE INDEX ix_invitation_guardian_id ON invitation (guardian_id);
CREATE INDEX ix_login_card_person_id ON login_card (person_id);
CREATE INDEX mail_due ON mail (sent_at, due_at);
CREATE INDEX ix_mentorship_student_id ON mentorship (student_id);
CREATE INDEX ix_passkey_person_id ON passkey (person_id);
CREATE INDEX ix_recovery_code_person_id ON recovery_code (person_id);
CREATE INDEX roster_change_subject ON roster_change (subject_id);
CREATE INDEX ix_guardianship_student_id ON guardianship (student_id);
CREATE INDEX membership_person ON membership (person_id, kind);
CREATE UNIQUE INDEX person_source ON person (school_id, source_id);
CREATE INDEX person_email ON person (lower(email));
CREATE UNIQUE INDEX school_group_source ON school_group (school_id, source_id);
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE UNIQUE INDEX school_name ON school (lower(name));
COMMIT;
