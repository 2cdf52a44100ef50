-- One state of the database for the whole export. Read only, so it has no transaction id and holds back no reader of the stream.
set transaction isolation level repeatable read, read only
