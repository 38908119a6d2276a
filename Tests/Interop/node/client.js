// Calls a replica from its WSDL alone, with the npm package "soap". Usage: node client.js http://127.0.0.1:8101
'use strict';
const assert = require('node:assert');
const soap = require('soap');

async function main(address) {
  const store = await soap.createClientAsync(address + '/KeyValueStore.svc?wsdl');
  const value = Buffer.from('blue \x00\xff', 'latin1').toString('base64');

  const [put] = await store.PutAsync({ key: 'colour', value });
  assert(Number(put.PutResult.Revision) > 0);
  const [got] = await store.GetAsync({ key: 'colour' });
  assert.strictEqual(got.GetResult.Found, true);
  assert.strictEqual(got.GetResult.Value, value);
  const [contains] = await store.ContainsKeyAsync({ key: 'colour', consistency: 'Serializable' });
  assert.strictEqual(contains.ContainsKeyResult.Found, true);

  const [opened] = await store.OpenSessionAsync({});
  const identity = { Session: opened.OpenSessionResult.Session, Sequence: 1 };
  const [deleted] = await store.DeleteAsync({ key: 'colour', identity });
  assert.strictEqual(deleted.DeleteResult.Found, true);
  const [gone] = await store.ContainsKeyAsync({ key: 'colour' });
  assert.strictEqual(gone.ContainsKeyResult.Found, false);

  const operations = { BatchOperation: [
    { Kind: 'Put', Key: 'batched', Value: value },
    { Kind: 'Delete', Key: 'nobody' },
  ] };
  const [batch] = await store.BatchAsync({ operations });
  assert.strictEqual(batch.BatchResult.Operations.BatchOperationReply.length, 2);
  const [batched] = await store.GetAsync({ key: 'batched' });
  assert.strictEqual(batched.GetResult.ModificationRevision, batch.BatchResult.Revision);

  const [stand] = await store.WatchAsync({ key: '', isPrefix: true });
  assert.strictEqual(stand.WatchResult.CompleteThrough, batch.BatchResult.Revision);
  const [told] = await store.WatchAsync({ key: 'colour', fromRevision: 1, waitMilliseconds: 0 });
  const changes = told.WatchResult.Changes.KeyChange;
  assert.deepStrictEqual(changes.map((change) => change.Kind), ['Put', 'Delete']);
  assert.strictEqual(changes[0].Value, value);

  const one = Buffer.from('1').toString('base64');
  const [transact] = await store.TransactAsync({
    comparisons: { Comparison: [{ Kind: 'Value', Key: 'batched', Value: one }, { Kind: 'Version', Key: 'nobody', Number: 0 }] },
    then: { BatchOperation: [{ Kind: 'Put', Key: 'batched', Value: value }] },
  });
  assert.strictEqual(transact.TransactResult.Held, false);
  assert.strictEqual(String(transact.TransactResult.Compared.ComparedKey[0].Version), '1');

  const [page] = await store.RangeAsync({ prefix: 'bat', keysMax: 1 });
  const [found] = [].concat(page.RangeResult.Keys.RangeKey);
  assert.deepStrictEqual([found.Key, found.Value, page.RangeResult.More], ['batched', value, false]);

  const [granted] = await store.GrantLeaseAsync({ timeToLiveSeconds: 3600 });
  const leaseId = granted.GrantLeaseResult.LeaseId;
  await store.BatchAsync({ operations: { BatchOperation: [{ Kind: 'Put', Key: 'leased', Value: value, LeaseId: leaseId }] } });
  const [kept] = await store.KeepLeaseAliveAsync({ leaseId });
  assert.strictEqual(kept.KeepLeaseAliveResult.LeaseId, leaseId);
  const [lease] = await store.GetLeaseAsync({ leaseId });
  assert.deepStrictEqual([].concat(lease.GetLeaseResult.Keys.string), ['leased']);
  const [leases] = await store.LeasesAsync({});
  assert.deepStrictEqual([].concat(leases.LeasesResult.Leases.LeaseSummary).map((each) => each.LeaseId), [leaseId]);
  const [revoked] = await store.RevokeLeaseAsync({ leaseId });
  assert.deepStrictEqual([revoked.RevokeLeaseResult.Found, revoked.RevokeLeaseResult.KeysRemoved], [true, 1]);
  const [left] = await store.ContainsKeyAsync({ key: 'leased' });
  assert.strictEqual(left.ContainsKeyResult.Found, false);
  await assert.rejects(store.KeepLeaseAliveAsync({ leaseId }), (error) => {
    const fault = error.root.Envelope.Body.Fault;
    assert.match(String(fault.faultcode.$value ?? fault.faultcode), /:LeaseNotFound$/);
    return true;
  });

  const [piped] = await store.PipelineAsync({ calls: { PipelinedCall: [
    { Kind: 'Put', Key: 'piped', Value: value },
    { Kind: 'Put', Key: '', Value: value },
    { Kind: 'Get', Key: 'batched' },
  ] } });
  const replies = piped.PipelineResult.PipelinedReply;
  assert(Number(replies[0].Put.Revision) > 0);
  assert.strictEqual(replies[1].Fault.InvalidRequest.Field, 'key');
  assert.strictEqual(replies[2].Get.Value, value);

  const [resolved] = await store.ResolveAsync({ session: identity.Session, sequence: 1 });
  assert.deepStrictEqual([resolved.ResolveResult.Outcome, resolved.ResolveResult.Delete.Found], ['Applied', true]);
  const [never] = await store.ResolveAsync({ session: identity.Session, sequence: 2 });
  assert.strictEqual(never.ResolveResult.Outcome, 'NotApplied');

  const [members] = await store.MembersAsync({});
  assert.deepStrictEqual(members.MembersResult.Members.MemberData.map((member) => Number(member.ReplicaId)), [1, 2, 3]);

  await assert.rejects(store.PutAsync({ key: '', value: '' }), (error) => {
    const fault = error.root.Envelope.Body.Fault;
    assert.match(String(fault.faultcode.$value ?? fault.faultcode), /:InvalidRequest$/);
    assert.strictEqual(fault.detail.InvalidRequestFault.Field, 'key');
    return true;
  });
}

main(process.argv[2]).then(
  () => console.log('interop ok'),
  (error) => {
    console.error(error.stack ?? error);
    process.exitCode = 1;
  });
