"""The shared language becomes the school's own, entries get their depth, and others say what they saw."""

import sqlalchemy as sa
from alembic import op

import server.core.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only."""
    op.create_table('recognition_block',
    sa.Column('student_id', sa.Uuid(), nullable=False),
    sa.Column('giver_id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_recognition_block_giver_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_recognition_block_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_recognition_block_student_id')),
    sa.PrimaryKeyConstraint('student_id', 'giver_id', name=op.f('pk_recognition_block'))
    )
    op.create_table('recognition_invitation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('student_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.Column('ends_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.Column('used_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('withdrawn_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_recognition_invitation_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_recognition_invitation_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recognition_invitation')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_recognition_invitation_secret_hash'))
    )
    with op.batch_alter_table('recognition_invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recognition_invitation_student_id'), ['student_id'], unique=False)

    op.create_table('vocabulary_own_word',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_vocabulary_own_word_made_by')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_vocabulary_own_word_school_id')),
    sa.PrimaryKeyConstraint('school_id', 'kind', 'text', name=op.f('pk_vocabulary_own_word'))
    )
    op.create_table('vocabulary_question',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('competency', sa.String(length=20), nullable=False),
    sa.Column('moment', sa.String(length=10), nullable=False),
    sa.Column('nl', sa.String(length=200), nullable=False),
    sa.Column('en', sa.String(length=200), nullable=False),
    sa.Column('kind_hint', sa.String(length=30), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_vocabulary_question_made_by')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_vocabulary_question_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_question')),
    sa.UniqueConstraint('school_id', 'key', 'edition', name=op.f('uq_vocabulary_question_school_id_key_edition'))
    )
    op.create_table('vocabulary_word',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('nl', sa.String(length=40), nullable=False),
    sa.Column('en', sa.String(length=40), nullable=False),
    sa.Column('sentence_nl', sa.String(length=200), nullable=False),
    sa.Column('sentence_en', sa.String(length=200), nullable=False),
    sa.Column('icon', sa.String(length=40), nullable=False),
    sa.Column('picture', sa.String(length=64), nullable=False),
    sa.Column('picture_size', sa.Integer(), nullable=False),
    sa.Column('cluster', sa.String(length=20), nullable=False),
    sa.Column('fits', sa.JSON(), nullable=False),
    sa.Column('examples', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=True),
    sa.Column('made_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['person.id'], name=op.f('fk_vocabulary_word_made_by')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_vocabulary_word_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_word')),
    sa.UniqueConstraint('school_id', 'key', 'edition', name=op.f('uq_vocabulary_word_school_id_key_edition'))
    )
    op.create_table('activity_goal',
    sa.Column('activity_id', sa.Uuid(), nullable=False),
    sa.Column('student_id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['activity_id'], ['activity.id'], name=op.f('fk_activity_goal_activity_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_activity_goal_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_activity_goal_student_id')),
    sa.PrimaryKeyConstraint('activity_id', 'student_id', name=op.f('pk_activity_goal'))
    )
    with op.batch_alter_table('activity_goal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_goal_student_id'), ['student_id'], unique=False)

    op.create_table('recognition',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('student_id', sa.Uuid(), nullable=False),
    sa.Column('giver_id', sa.Uuid(), nullable=True),
    sa.Column('invitation_id', sa.Uuid(), nullable=True),
    sa.Column('guest_name', sa.String(length=60), nullable=False),
    sa.Column('guest_role', sa.String(length=60), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('given_at', server.core.db.Moment(timezone=True), nullable=False),
    sa.Column('kept_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('put_aside_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('thanked_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('reported_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('reader_id', sa.Uuid(), nullable=True),
    sa.Column('read_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('settled_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('withdrawn_at', server.core.db.Moment(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_recognition_giver_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['recognition_invitation.id'], name=op.f('fk_recognition_invitation_id')),
    sa.ForeignKeyConstraint(['reader_id'], ['person.id'], name=op.f('fk_recognition_reader_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_recognition_school_id')),
    sa.ForeignKeyConstraint(['student_id'], ['person.id'], name=op.f('fk_recognition_student_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recognition'))
    )
    with op.batch_alter_table('recognition', schema=None) as batch_op:
        batch_op.create_index('recognition_by_link', ['invitation_id'], unique=True)
        batch_op.create_index('recognition_giver', ['giver_id', 'given_at'], unique=False)
        reported = sa.text('reported_at IS NOT NULL')
        batch_op.create_index('recognition_reported', ['school_id'], unique=False, sqlite_where=reported, postgresql_where=reported)
        batch_op.create_index('recognition_student', ['student_id', 'given_at'], unique=False)

    op.create_table('experience_answer',
    sa.Column('experience_id', sa.Uuid(), nullable=False),
    sa.Column('field', sa.String(length=80), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('edition', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['experience_id'], ['experience.id'], name=op.f('fk_experience_answer_experience_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_experience_answer_school_id')),
    sa.PrimaryKeyConstraint('experience_id', 'field', name=op.f('pk_experience_answer'))
    )
    op.create_table('preparation_recognition',
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('recognition_id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['preparation.conversation_id'], name=op.f('fk_preparation_recognition_conversation_id')),
    sa.ForeignKeyConstraint(['recognition_id'], ['recognition.id'], name=op.f('fk_preparation_recognition_recognition_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_preparation_recognition_school_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'recognition_id', name=op.f('pk_preparation_recognition'))
    )
    with op.batch_alter_table('preparation_recognition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_preparation_recognition_recognition_id'), ['recognition_id'], unique=False)

    op.create_table('recognition_word',
    sa.Column('recognition_id', sa.Uuid(), nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['recognition_id'], ['recognition.id'], name=op.f('fk_recognition_word_recognition_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_recognition_word_school_id')),
    sa.PrimaryKeyConstraint('recognition_id', 'word', name=op.f('pk_recognition_word'))
    )
    with op.batch_alter_table('experience', schema=None) as batch_op:
        batch_op.add_column(sa.Column('together_with', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('together_confirmed_at', server.core.db.Moment(timezone=True), nullable=True))

    with op.batch_alter_table('experience_media', schema=None) as batch_op:
        batch_op.add_column(sa.Column('about', sa.String(length=80), server_default='', nullable=False))

    with op.batch_alter_table('experience_word', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edition', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('depth', sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column('text_size', sa.String(length=10), server_default='normal', nullable=False))
        batch_op.add_column(sa.Column('calm', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('pictures', sa.Boolean(), server_default='0', nullable=False))

    with op.batch_alter_table('preparation_answer', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edition', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('preparation_word', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edition', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('name', sa.String(length=40), server_default='', nullable=False))

    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vision', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('vocabulary_edition', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('school_group', schema=None) as batch_op:
        batch_op.add_column(sa.Column('depth', sa.String(length=10), server_default='usual', nullable=False))

